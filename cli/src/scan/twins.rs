//! Manifests of one identity: each is judged, and a cluster keeps the one that is applied last.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::report::{Code, Diagnostic, Level, Location, Resource};

/// A resource, and where it stands.
pub(crate) struct Sighting {
    pub(crate) resource: Arc<Resource>,
    pub(crate) location: Location,
    /// Whether it is known which object on a cluster this is: without a namespace it may be one in each.
    pub(crate) certain: bool,
}

/// The resources seen so far, and those that were seen again.
#[derive(Default)]
pub(crate) struct Twins {
    seen: HashMap<Identity, Location>,
    /// One entry a pair of files: a release file repeats every manifest that it was made of.
    again: BTreeMap<(Arc<str>, Arc<str>, bool), Again>,
}

/// What makes two manifests one object on a cluster; its version does not.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    group: String,
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// What of one file stands in another too.
struct Again {
    resource: Arc<Resource>,
    first: Location,
    location: Location,
    more: usize,
}

impl Twins {
    /// Takes note of a resource. Of two, the first is the one that was seen first.
    pub(crate) fn see(&mut self, sighting: &Sighting) {
        let Sighting { resource, location, certain } = sighting;
        let Some(name) = resource.name.clone() else { return };
        let Resource { group, kind, namespace, .. } = (**resource).clone();
        let identity = Identity { group, kind, namespace, name };
        let Some(first) = self.seen.get(&identity) else {
            self.seen.insert(identity, location.clone());
            return;
        };
        let files = (Arc::clone(&first.file), Arc::clone(&location.file), *certain);
        self.again.entry(files).and_modify(|again| again.more += 1).or_insert_with(|| Again {
            resource: Arc::clone(resource),
            first: first.clone(),
            location: location.clone(),
            more: 0,
        });
    }

    /// What to say of those that were seen again.
    pub(crate) fn diagnostics(self) -> impl Iterator<Item = Diagnostic> {
        self.again.into_iter().map(|((_, _, certain), again)| again.diagnostic(certain))
    }
}

impl Again {
    fn diagnostic(self, certain: bool) -> Diagnostic {
        let Self { resource, first, location, more } = self;
        let which = match more {
            0 => format!("{resource} stands"),
            _ => format!("{resource} and {more} more stand"),
        };
        let then = if certain {
            "both are judged, a cluster keeps the one that is applied last"
        } else {
            "both are judged; applied to one namespace they are one object"
        };
        let message = format!("{which} also in {}:{}: {then}", first.file, first.line);
        let mut diagnostic = Diagnostic::new(Code::DuplicateResource, message).at(location);
        if !certain {
            diagnostic.level = Level::Note;
        }
        diagnostic
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Source;

    fn sighting(file: &str, line: u32, name: Option<&str>, namespace: Option<&str>) -> Sighting {
        let resource = Resource {
            source: Source::Kubernetes,
            group: "apps".to_owned(),
            version: "v1".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        let location = Location { file: file.into(), line, column: 1, end_line: line, end_column: 2 };
        Sighting { resource: Arc::new(resource), location, certain: namespace.is_some() }
    }

    fn told(sightings: &[Sighting]) -> Vec<String> {
        let mut twins = Twins::default();
        sightings.iter().for_each(|sighting| twins.see(sighting));
        let line = |diagnostic: Diagnostic| format!("{}: {}", diagnostic.level.as_str(), diagnostic.message);
        twins.diagnostics().map(line).collect()
    }

    #[test]
    fn only_what_is_one_object_on_a_cluster_is_told() {
        let different = [
            sighting("f", 1, Some("a"), Some("x")),
            sighting("f", 2, Some("a"), Some("y")),
            sighting("f", 3, Some("a"), None),
            sighting("f", 4, Some("b"), Some("x")),
            sighting("f", 5, None, Some("x")),
            sighting("g", 1, None, Some("x")),
        ];
        assert!(told(&different).is_empty());
    }

    #[test]
    fn the_twins_of_two_files_are_told_once() {
        let files = ["f", "g", "h"];
        let sightings = files.iter().flat_map(|file| {
            [("a", 1), ("b", 2)].map(|(name, line)| sighting(file, line, Some(name), Some("x")))
        });
        insta::assert_snapshot!(told(&sightings.collect::<Vec<_>>()).join("\n"), @r"
        warning: Deployment x/a and 1 more stand also in f:1: both are judged, a cluster keeps the one that is applied last
        warning: Deployment x/a and 1 more stand also in f:1: both are judged, a cluster keeps the one that is applied last
        ");
    }

    #[test]
    fn twins_without_a_namespace_are_only_noted() {
        let sightings = [sighting("f", 1, Some("a"), None), sighting("g", 7, Some("a"), None)];
        insta::assert_snapshot!(told(&sightings).join("\n"), @"note: Deployment a stands also in f:1: both are judged; applied to one namespace they are one object");
    }
}
