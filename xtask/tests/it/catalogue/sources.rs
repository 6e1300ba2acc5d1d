//! The texts as they stand in the sources: wherever both languages are written side by side.

use std::fs;

use relance_diagnostics::Text;
use relance_samples::repository;
use syn::{
    Expr, ExprCall, ExprLit, ExprMacro, Lit, LitStr,
    parse::Parser as _,
    visit::{Visit, visit_expr_call},
};

use crate::at;

/// Every pair of texts, with its place.
pub(super) fn texts() -> Vec<(String, Text)> {
    let mut found = Vec::new();
    for path in repository::files() {
        let shown = path.display().to_string();
        let is_source = shown.strip_suffix(".rs").is_some()
            && shown.contains("/src/")
            && !shown.contains("tests");
        if !is_source {
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(at(&shown)).unwrap()).unwrap();
        let mut pairs = Pairs { path: &shown, found: &mut found };
        pairs.visit_file(&file);
    }
    found
}

/// Gathers the pairs of one file.
struct Pairs<'f> {
    path: &'f str,
    found: &'f mut Vec<(String, Text)>,
}

impl<'ast> Visit<'ast> for Pairs<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Some((en, fr)) = pair(call) {
            let place = format!("{}:{}", self.path, call.paren_token.span.open().start().line);
            self.found.push((place, Text::new(en, fr)));
        }
        visit_expr_call(self, call);
    }
}

/// What `Text::fixed`, `Text::new` or `say` is given in English and in French, when both are written out there.
fn pair(call: &ExprCall) -> Option<(String, String)> {
    let Expr::Path(function) = &*call.func else { return None };
    let names: Vec<String> = function.path.segments.iter().map(|it| it.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if !matches!(names[..], [.., "Text", "fixed" | "new"] | ["say"]) {
        return None;
    }
    let mut arguments = call.args.iter();
    Some((written(arguments.next()?)?, written(arguments.next()?)?))
}

/// A text that is written out, its placeholders as they stand.
fn written(expression: &Expr) -> Option<String> {
    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = expression {
        return Some(text.value());
    }
    let Expr::Macro(ExprMacro { mac, .. }) = expression else { return None };
    let first = |input: syn::parse::ParseStream<'_>| {
        let text: LitStr = input.parse()?;
        // What is put in stands behind; only the text counts.
        let _: proc_macro2::TokenStream = input.parse()?;
        Ok(text.value())
    };
    let is_text = mac.path.is_ident("format");
    is_text.then(|| first.parse2(mac.tokens.clone()).ok()).flatten()
}
