-- Neovim 0.11 with nothing but the language server of relance, set up as docs/editors.md says.
vim.opt.swapfile = false
vim.opt.number = true
vim.opt.signcolumn = "yes"
vim.opt.completeopt = { "menuone", "noselect" }
vim.diagnostic.config({ virtual_text = true })

vim.filetype.add({ pattern = { [".*%.relance%.json"] = "json.relance" } })
vim.lsp.config("relance", {
  cmd = { vim.env.RELANCE or "relance", "lsp" },
  filetypes = { "json.relance" },
  root_markers = { "relance.toml", ".git" },
  init_options = { language = vim.env.RELANCE_LANGUAGE or "en" },
})
vim.lsp.enable("relance")

-- Under the keys of the other configuration, for the same check.
local keys = {
  gd = vim.lsp.buf.definition,
  gr = vim.lsp.buf.references,
  ga = vim.lsp.buf.code_action,
  gl = vim.diagnostic.open_float,
}
for key, action in pairs(keys) do
  vim.keymap.set("n", key, action, { nowait = true })
end
