//! The name of a policy: lower-case words with hyphens.

use std::{fmt, str::FromStr};

/// A name that a policy can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyName(String);

impl PolicyName {
    /// As a title: `foreign-ingress-host` is `Foreign ingress host`.
    pub(crate) fn title(&self) -> String {
        let words = self.0.replace('-', " ");
        let mut characters = words.chars();
        characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PolicyName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "lib" {
            return Err("`lib` is the folder of shared code: name the policy for what is wrong".to_owned());
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.split('-').all(is_word) {
            return Ok(Self(text.to_owned()));
        }
        let expected = "a policy is called for what is wrong, in lower-case words with hyphens";
        match meant(text) {
            meant if meant.is_empty() => Err(format!("{expected}: foreign-ingress-host")),
            meant => Err(format!("{expected}: did you mean {meant}?")),
        }
    }
}

/// The words of a text in any of the usual spellings.
fn meant(text: &str) -> String {
    let mut words = String::new();
    let mut previous = ' ';
    for character in text.chars() {
        let starts = character.is_ascii_uppercase() && !previous.is_ascii_uppercase();
        if (starts || !character.is_ascii_alphanumeric()) && !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
        if character.is_ascii_alphanumeric() {
            words.push(character.to_ascii_lowercase());
        }
        previous = character;
    }
    words.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_lower_case_words_with_hyphens() {
        for name in ["foreign-ingress-host", "a", "tls12-missing"] {
            assert_eq!(name.parse::<PolicyName>().unwrap().as_str(), name);
        }
        for (name, meant) in [
            ("ForeignIngressHost", "did you mean foreign-ingress-host?"),
            ("foreign_ingress_host", "did you mean foreign-ingress-host?"),
            ("foreign ingress--host", "did you mean foreign-ingress-host?"),
            ("../etc", "did you mean etc?"),
            ("HTTPHost", "did you mean httphost?"),
            ("-a-", "did you mean a?"),
            ("", "hyphens: foreign-ingress-host"),
            ("é", "hyphens: foreign-ingress-host"),
            ("lib", "folder of shared code"),
        ] {
            let error = name.parse::<PolicyName>().unwrap_err();
            assert!(error.contains(meant), "{name}: {error}");
        }
    }

    #[test]
    fn a_title_is_a_sentence() {
        assert_eq!("foreign-ingress-host".parse::<PolicyName>().unwrap().title(), "Foreign ingress host");
    }
}
