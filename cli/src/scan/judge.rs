//! One file: read, evaluated, and every finding brought to its place.

use std::{mem, sync::Arc};

use guard_engine::{
    evaluate::Evaluator,
    evaluation::{Evaluation, Failure},
    matching::{Coverage, Subject},
    path::Segment,
    problem::Problem,
    request::{Namespace, Request},
    violation::Violation,
};
use guard_manifest::{Content, Document, Span, Step, Warning, WarningCode};
use serde_json::Value;

use super::{
    Rules,
    inputs::{Input, unreadable},
    surroundings::Surroundings,
    twins::Sighting,
};
use crate::{
    fingerprint::Fingerprint,
    report::{self, Code, Diagnostic, Exempted, Finding, Level, Location, Source},
};

/// What one file yields.
#[derive(Default)]
pub(crate) struct Judged {
    pub(crate) violations: Vec<Finding>,
    pub(crate) exempted: Vec<Exempted>,
    pub(crate) undetermined: Vec<Finding>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Documents that are not empty.
    pub(crate) documents: usize,
    /// How often a policy was called.
    pub(crate) evaluations: usize,
    /// Resources that were judged.
    pub(crate) resources: usize,
    /// Which resources these are.
    pub(crate) sightings: Vec<Sighting>,
    /// Which exemptions of guard.yaml covered something, by index.
    pub(crate) used: Vec<usize>,
    /// The text, where something points into it and a reporter shows it.
    pub(crate) text: Option<Arc<str>>,
}

/// Judges files, one after the other: what a worker thread owns.
pub(crate) struct Judge<'a> {
    rules: &'a Rules,
    surroundings: &'a Surroundings,
    keep_texts: bool,
    evaluator: Evaluator,
}

impl<'a> Judge<'a> {
    /// A judge that has seen nothing yet.
    pub(crate) fn new(rules: &'a Rules, surroundings: &'a Surroundings, keep_texts: bool) -> Self {
        Self { rules, surroundings, keep_texts, evaluator: Evaluator::new(Arc::clone(&rules.bundle)) }
    }

    /// Reads a file and judges each resource in it.
    pub(crate) fn file(&mut self, input: &Input) -> Judged {
        let mut judged = Judged::default();
        let bytes = match input.bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                judged.diagnostics.push(unreadable(&input.name, &error));
                return judged;
            }
        };
        let reading = guard_manifest::read(&bytes);
        for document in reading.documents {
            File { name: &input.name, text: &reading.text, judged: &mut judged }.document(self, document);
        }
        let pointed_at = !judged.violations.is_empty()
            || !judged.exempted.is_empty()
            || !judged.undetermined.is_empty()
            || !judged.diagnostics.is_empty();
        judged.text = (self.keep_texts && pointed_at).then_some(reading.text);
        judged
    }
}

/// The file at hand.
struct File<'a> {
    name: &'a Arc<str>,
    text: &'a str,
    judged: &'a mut Judged,
}

impl File<'_> {
    fn document(&mut self, judge: &mut Judge<'_>, document: Document) {
        self.judged.documents += usize::from(!matches!(document.content, Content::Empty));
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                let before = self.judged.resources;
                resources.into_iter().for_each(|resource| self.resource(judge, resource));
                // What no API server reads surprises nobody there.
                if self.judged.resources > before {
                    self.warn(document.warnings);
                }
            }
            Content::NotKubernetes { reason, span } => {
                if claims_to_be_kubernetes(self.text_of(document.span)) {
                    self.doubt(reason, span);
                } else {
                    self.diagnose(Code::NotKubernetes, reason, span);
                }
            }
            Content::Unreadable { reason, span } => {
                let text = self.text_of(document.span);
                let code = if claims_to_be_kubernetes(text) {
                    Code::UnreadableDocument
                } else {
                    Code::NotKubernetes
                };
                self.diagnose(code, reason, span);
            }
        }
    }

    fn resource(&mut self, judge: &mut Judge<'_>, mut resource: guard_manifest::Resource) {
        if let Some(what) = guard_manifest::local_only(&resource.value) {
            return self.diagnose(
                Code::LocalOnlyKind,
                format!("{what}, which no API server reads"),
                resource.span(),
            );
        }
        let object = Arc::new(mem::take(&mut resource.value));
        let Some(request) = judge.surroundings.request(Arc::clone(&object)) else {
            return self.doubt("no `apiVersion`, so no Kubernetes object".to_owned(), resource.span());
        };
        let Rules { config, today, .. } = judge.rules;
        if Subject::new(&request).is_in(config.excluded_namespaces()) == Coverage::Yes {
            let message = "in a namespace that guard.yaml excludes, or excludes by default".to_owned();
            self.diagnose(Code::ExcludedNamespace, message, resource.span());
        }
        let evaluation = judge.evaluator.evaluate(config, &request, &judge.surroundings.inventory, *today);
        let identity = Arc::new(identity_of(&request));
        self.judged.resources += 1;
        self.judged.sightings.push(Sighting {
            resource: Arc::clone(&identity),
            location: self.location(resource.locate([]).span),
            certain: request.namespace != Namespace::Unknown,
        });
        Found { file: self, resource: &resource, object: &object, identity: &identity }.take(evaluation);
    }

    fn warn(&mut self, warnings: Vec<Warning>) {
        for warning in warnings {
            self.diagnose(warning_code(warning.code), warning.message, warning.span);
        }
    }

    /// A document that says by half that it is a Kubernetes object: as likely a slip as another tool's file.
    fn doubt(&mut self, reason: String, span: Span) {
        let mut diagnostic = Diagnostic::new(Code::NotKubernetes, reason).at(self.location(span));
        diagnostic.level = Level::Warning;
        self.judged.diagnostics.push(diagnostic);
    }

    fn text_of(&self, span: Span) -> &str {
        self.text.get(span.start.offset..span.end.offset).unwrap_or(self.text)
    }

    fn diagnose(&mut self, code: Code, message: String, span: Span) {
        let diagnostic = Diagnostic::new(code, message).at(self.location(span));
        self.judged.diagnostics.push(diagnostic);
    }

    fn location(&self, span: Span) -> Location {
        Location::new(Arc::clone(self.name), span)
    }
}

/// The resource at hand, for bringing what was found in it to its place.
struct Found<'a, 'b> {
    file: &'a mut File<'b>,
    resource: &'a guard_manifest::Resource,
    object: &'a Value,
    identity: &'a Arc<report::Resource>,
}

impl Found<'_, '_> {
    fn take(self, evaluation: Evaluation) {
        self.file.judged.evaluations += evaluation.evaluated;
        for violation in evaluation.violations {
            let finding = self.finding(violation);
            self.file.judged.violations.push(finding);
        }
        for exempted in evaluation.exempted {
            let finding = self.finding(exempted.violation);
            self.file.judged.used.extend(exempted.exemption);
            self.file.judged.exempted.push(Exempted { finding, exemption: Arc::new(exempted.grounds) });
        }
        for failure in &evaluation.failures {
            let diagnostic = self.failure(failure);
            self.file.judged.diagnostics.push(diagnostic);
        }
        for notice in evaluation.notices {
            let diagnostic = self.notice(notice);
            self.file.judged.diagnostics.push(diagnostic);
        }
        for violation in evaluation.undetermined {
            let finding = self.finding(violation);
            self.file.judged.undetermined.push(finding);
        }
    }

    fn finding(&self, violation: Violation) -> Finding {
        let fingerprint =
            Fingerprint::new(&violation.policy, self.file.name, self.identity, self.object, &violation.path);
        Finding {
            location: self.file.location(self.resource.locate(violation.path.0.iter().map(step)).span),
            policy: violation.policy,
            severity: violation.severity,
            action: violation.action,
            message: violation.message,
            path: violation.path,
            resource: Arc::clone(self.identity),
            assumed: violation.assumed,
            fingerprint,
        }
    }

    /// An annotation that exempts nothing.
    fn notice(&self, notice: Problem) -> Diagnostic {
        let place = self.resource.locate(notice.path.0.iter().map(step)).span;
        let diagnostic =
            Diagnostic::new(Code::IneffectiveExemption, notice.message).at(self.file.location(place));
        match notice.help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }

    fn failure(&self, failure: &Failure) -> Diagnostic {
        let message =
            format!("policy {} could not run on {}: {}", failure.policy, self.identity, failure.message);
        Diagnostic::new(Code::PolicyFailed, message).at(self.file.location(self.resource.locate([]).span))
    }
}

/// Which resource a request is about.
pub(crate) fn identity_of(request: &Request) -> report::Resource {
    report::Resource {
        source: Source::Kubernetes,
        group: request.kind.group.clone(),
        version: request.kind.version.clone(),
        kind: request.kind.kind.clone(),
        namespace: match &request.namespace {
            Namespace::Named(name) => Some(name.clone()),
            Namespace::ClusterScoped | Namespace::Unknown => None,
        },
        name: request.name.clone(),
    }
}

/// A step of the engine's paths as the reader of files knows it.
pub(crate) fn step(segment: &Segment) -> Step<'_> {
    match segment {
        Segment::Key(key) => Step::Key(key),
        Segment::Index(index) => Step::Index(*index),
    }
}

pub(super) fn warning_code(code: WarningCode) -> Code {
    match code {
        WarningCode::DuplicateKey => Code::DuplicateKey,
        WarningCode::BooleanWord => Code::BooleanWord,
        WarningCode::OctalNumber => Code::OctalNumber,
        WarningCode::MergeOverride => Code::MergeOverride,
    }
}

/// Whether a text that cannot be read was meant for Kubernetes: it has a key `apiVersion` or `kind` where a manifest has them.
fn claims_to_be_kubernetes(text: &str) -> bool {
    let is_flow = text.trim_start().starts_with(['{', '[']);
    text.lines()
        .map(|line| if is_flow { line.trim_start_matches([' ', '\t', '{', '[', ',']) } else { line })
        .any(|line| {
            let key = line.trim_start_matches(['"', '\'']);
            ["apiVersion", "kind"].iter().any(|word| {
                let rest = key.strip_prefix(word).map(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']));
                rest.is_some_and(|rest| rest.starts_with(':'))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_text_is_a_manifest_where_it_says_so_at_its_top() {
        for text in [
            "apiVersion: v1\na: [",
            "a: [\nkind: Pod\n",
            "\"kind\": x",
            "{\"apiVersion\": \"v1\", ",
            "{\n  \"kind\" : 1",
            "kind:\n",
        ] {
            assert!(claims_to_be_kubernetes(text), "{text}");
        }
        for text in
            ["", "a: [", "spec:\n  kind: Pod\n  a: [", "kinds: [", "# kind: Pod\na: [", "- kind: x\n  ]"]
        {
            assert!(!claims_to_be_kubernetes(text), "{text}");
        }
    }
}
