-- Neovim with nothing but the language server of relance.
vim.opt.swapfile = false
vim.opt.number = true
vim.opt.signcolumn = "yes"
vim.opt.completeopt = { "menuone", "noselect" }
vim.diagnostic.config({ virtual_text = true })

local function on_attach(_, buffer)
  vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
  local keys = {
    K = vim.lsp.buf.hover,
    gd = vim.lsp.buf.definition,
    gr = vim.lsp.buf.references,
    gO = vim.lsp.buf.document_symbol,
    ga = vim.lsp.buf.code_action,
    gl = vim.diagnostic.open_float,
  }
  for key, action in pairs(keys) do
    vim.keymap.set("n", key, action, { buffer = buffer })
  end
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = "json",
  callback = function(event)
    local client = vim.lsp.start_client({
      name = "relance",
      cmd = { vim.env.RELANCE or "relance", "lsp" },
      root_dir = vim.fn.getcwd(),
      init_options = { language = vim.env.RELANCE_LANGUAGE or "en" },
      on_attach = on_attach,
    })
    vim.lsp.buf_attach_client(event.buf, client)
  end,
})
