//! The diagnostics that guard gives, a closed set: each code is written here once.

use serde::Serialize;

/// How a diagnostic bears on the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Level {
    /// The work could not be done in full: exit code 2.
    Error,
    /// Somebody should look: shown, and no more.
    Warning,
    /// As intended, most likely: counted, and named with `--verbose`.
    Note,
}

impl Level {
    /// The word in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Writes the enum, its words, its usual levels and its descriptions from one table.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal, $level:ident;)+) => {
        /// Which problem a diagnostic is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub(crate) enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $variant,)+
        }

        impl Code {
            /// Every code, in the order of this file.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in reports.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The level where no flag says otherwise.
            pub(crate) fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level),+ }
            }

            /// What the code stands for, one line.
            pub(crate) fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

codes! {
    /// A file that could not be read at all.
    UnreadableFile = "unreadable-file", Error;
    /// A document that Kubernetes could not read either.
    UnreadableDocument = "unreadable-document", Error;
    /// YAML or JSON that is no Kubernetes object and does not claim to be one.
    NotKubernetes = "not-kubernetes", Note;
    /// A Helm chart's templates, which are no manifests before they are rendered.
    UnrenderedHelmChart = "unrendered-helm-chart", Warning;
    /// A file that a kustomization names as a patch: a part of a resource, not one.
    KustomizePatch = "kustomize-patch", Note;
    /// A policy's own deny.yaml or allow.yaml, which `guard test` judges.
    PolicyExample = "policy-example", Note;
    /// A kind that never reaches an API server, such as Kustomization or a kubeconfig.
    LocalOnlyKind = "local-only-kind", Note;
    /// A resource in a namespace that is not judged, such as kube-system.
    ExcludedNamespace = "excluded-namespace", Note;
    /// Nothing that could be judged was found.
    NothingToCheck = "nothing-to-check", Error;
    /// A key that stands twice in a mapping: Kubernetes keeps the last one.
    DuplicateKey = "duplicate-key", Warning;
    /// A word such as `yes` or `off` that Kubernetes reads as a boolean.
    BooleanWord = "boolean-word", Warning;
    /// A number such as `0755` that Kubernetes reads as octal.
    OctalNumber = "octal-number", Warning;
    /// A merge key that overrides what stands before it, against the YAML specification.
    MergeOverride = "merge-override", Warning;
    /// Two manifests of one identity: both were judged, and a cluster holds one.
    DuplicateResource = "duplicate-resource", Warning;
    /// Manifests without a namespace: what depends on it was assumed.
    UnknownNamespace = "unknown-namespace", Warning;
    /// A policy that could not run on a resource.
    PolicyFailed = "policy-failed", Error;
    /// A policy that guard.yaml calls by an earlier name.
    RenamedPolicy = "renamed-policy", Warning;
    /// A policy that a later version will not have.
    DeprecatedPolicy = "deprecated-policy", Warning;
    /// A pack's parameter that none of its policies has.
    UnusedParameter = "unused-parameter", Warning;
    /// An exemption that covered nothing in the whole run.
    UnusedExemption = "unused-exemption", Warning;
    /// An exemption whose last day is over.
    ExpiredExemption = "expired-exemption", Warning;
    /// An exemption that ends within 14 days.
    ExpiringExemption = "expiring-exemption", Warning;
    /// An exemption annotation that exempts nothing where it stands.
    IneffectiveExemption = "ineffective-exemption", Warning;
    /// Enforcement that guard.yaml announces for a date within 14 days.
    AnnouncedEnforcement = "announced-enforcement", Warning;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_unique_and_listed_here() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        let table: Vec<_> = Code::ALL
            .iter()
            .map(|code| format!("{:22} {:8} {}", code.as_str(), code.level().as_str(), code.description()))
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn a_code_is_serialised_as_its_word() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
