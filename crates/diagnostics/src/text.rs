//! A sentence in the languages that relance speaks.

use std::borrow::Cow;

/// A language of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl Language {
    /// The language of a tag or a locale, when we speak it: `fr`, `fr-CA`, `fr_FR.UTF-8`.
    pub fn of_tag(tag: &str) -> Option<Language> {
        match tag.split(['_', '.', '@', '-']).next()?.to_ascii_lowercase().as_str() {
            "fr" => Some(Language::French),
            "en" => Some(Language::English),
            _ => None,
        }
    }
}

/// One sentence, said in every language: the two stand side by side where they are written, so that neither can be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// In English.
    pub en: Cow<'static, str>,
    /// In French.
    pub fr: Cow<'static, str>,
}

impl Text {
    /// A sentence known in advance.
    pub const fn fixed(en: &'static str, fr: &'static str) -> Text {
        Text { en: Cow::Borrowed(en), fr: Cow::Borrowed(fr) }
    }

    /// A sentence made for the occasion.
    pub fn new(en: impl Into<Cow<'static, str>>, fr: impl Into<Cow<'static, str>>) -> Text {
        Text { en: en.into(), fr: fr.into() }
    }

    /// The sentence in one language.
    pub fn to(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::French => &self.fr,
        }
    }
}
