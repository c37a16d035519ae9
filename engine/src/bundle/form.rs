//! What is wrong with a policy that loads: what its documents do not show, and parameters that nothing reads, or that can be missing.

use serde_json::Value;

use super::{Bundle, BundleError, Location};
use crate::{
    config::parameters,
    path::Path,
    policy::Policy,
    problem::Problem,
    rego::{AbsentField, Fields, Parsed},
    request::Request,
};

/// The policies of a bundle, ready to be looked at with their documents.
pub struct Form<'a> {
    bundle: &'a Bundle,
    fields: Fields,
}

impl<'a> Form<'a> {
    /// Reads the policies again.
    ///
    /// # Errors
    /// A module that does not parse, which no bundle has.
    pub fn new(bundle: &'a Bundle) -> Result<Self, BundleError> {
        Ok(Self { bundle, fields: Fields::new(&bundle.modules)? })
    }

    /// What is wrong with a policy of the bundle, by its index: parameters that nothing reads, or that can be missing; kinds without a
    /// document; fields that it reads and no document has, so that a rule never fires. Without documents only the first two can be said.
    #[must_use]
    pub fn check(&self, policy: usize, documents: &[&Request]) -> Vec<BundleError> {
        let Some(policy) = self.bundle.policies.get(policy) else { return Vec::new() };
        let mut errors = self.unread_parameters(policy);
        errors.extend(loose_parameters(policy));
        if documents.is_empty() {
            return errors;
        }
        errors.extend(uncovered_kinds(policy, documents));
        let is_judged =
            |request: &&&Request| policy.metadata.kinds.iter().any(|kind| kind.selects(&request.kind));
        let judged: Vec<_> = documents.iter().filter(is_judged).copied().collect();
        if !judged.is_empty() {
            errors.extend(self.absent_fields(policy, &judged));
        }
        errors
    }

    fn unread_parameters(&self, policy: &Policy) -> Vec<BundleError> {
        let modules = &self.bundle.modules;
        let own = |module: &&Parsed| {
            module.module.file == policy.file || module.package.get(1).is_some_and(|part| part == "lib")
        };
        let reads: Vec<&[String]> = modules
            .iter()
            .filter(own)
            .flat_map(|module| &module.reads)
            .map(|read| read.path.as_slice())
            .collect();
        let is_read = |parameter: &str| {
            reads.iter().any(|path| match path {
                [] => true,
                [first, rest @ ..] if first == "parameters" => match rest {
                    [name, field, ..] => *name == *policy.name && field == parameter,
                    // By a name that is not written out, or handed on as a whole.
                    [name] => *name == *policy.name,
                    [] => true,
                },
                _ => false,
            })
        };
        let names = parameters::names(policy.metadata.parameters.as_ref());
        let unread = names.filter(|name| !is_read(name)).map(|name| {
            let path = ["custom", "parameters", "properties", name].iter().fold(Path::default(), |path, key| path.join(*key));
            let problem = Problem::key(path, format!("nothing reads the parameter {name:?}: whoever sets it changes nothing"));
            let help = format!("read it as `parameters.{name}`, after `import input.parameters[{:?}] as parameters`, or remove it", policy.name);
            BundleError::metadata(&policy.file, problem.help(help))
        });
        unread.collect()
    }

    fn absent_fields(&self, policy: &Policy, documents: &[&Request]) -> Vec<BundleError> {
        let Some(module) = self.bundle.modules.iter().find(|parsed| parsed.module.file == policy.file) else {
            return Vec::new();
        };
        let objects: Vec<_> =
            documents.iter().flat_map(|request| [&*request.object, &*request.old_object]).collect();
        let error = |field: AbsentField| {
            let AbsentField { line, column, reference, meant } = field;
            let message =
                format!("no document has the field `{reference}`, so what reads it was never tried");
            let help = match meant {
                Some(meant) => format!("did you mean {meant:?}? Else write a document that has the field"),
                None => "mend the name, or write a document that has the field into deny.yaml or allow.yaml"
                    .to_owned(),
            };
            BundleError {
                location: Location::Text { line, column },
                ..BundleError::file(&policy.file, message, help)
            }
        };
        self.fields.absent(&module.module, &objects).into_iter().map(error).collect()
    }
}

/// A parameter that has no value makes the rules that read it silent, and so does one that guard.yaml misspells.
fn loose_parameters(policy: &Policy) -> Vec<BundleError> {
    let Some(schema) = policy.metadata.parameters.as_ref() else { return Vec::new() };
    let path = || Path::default().join("custom").join("parameters");
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|item| item == name));
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let unset = properties.filter(|(name, property)| property.get("default").is_none() && !is_required(name));
    let unset = unset.map(|(name, _)| {
        Problem::key(path().join("properties").join(name.as_str()), format!("the parameter {name:?} has no default: where guard.yaml does not set it, what reads it is undefined"))
            .help("write a default, or name it in `required`: the policy is then off until it is set")
    });
    let open = schema.get("additionalProperties").is_none().then(|| {
        Problem::key(
            path(),
            "the schema of the parameters takes any name: one that guard.yaml misspells changes nothing",
        )
        .help("write additionalProperties: false")
    });
    open.into_iter().chain(unset).map(|problem| BundleError::metadata(&policy.file, problem)).collect()
}

/// A policy that was never tried on a kind may well not work there.
fn uncovered_kinds(policy: &Policy, documents: &[&Request]) -> Vec<BundleError> {
    let kinds = policy.metadata.kinds.iter().enumerate();
    let uncovered =
        kinds.filter(|(_, selector)| !documents.iter().any(|request| selector.selects(&request.kind)));
    let error = |(index, selector): (usize, &crate::metadata::KindSelector)| {
        let path = Path::default().join("custom").join("kinds").join(index);
        let kind = if selector.group.is_empty() {
            selector.kind.clone()
        } else {
            format!("{}.{}", selector.kind, selector.group)
        };
        let problem = Problem::value(path, format!("no document is of the kind {kind}"));
        let help = "write one into deny.yaml or allow.yaml, or leave the kind out";
        BundleError::metadata(&policy.file, problem.help(help))
    };
    uncovered.map(error).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::{create, deployment, metadata, pod, policy, with};

    /// What is wrong with a policy of these kinds and parameters, given a pod and a deployment.
    fn errors(kinds: &[&str], parameters: &[&str], rules: &str) -> String {
        let properties: serde_json::Map<_, _> = parameters
            .iter()
            .map(|name| ((*name).to_owned(), json!({"type": "string", "default": ""})))
            .collect();
        let parameters = json!({"parameters": {"type": "object", "additionalProperties": false, "properties": properties}});
        let source = policy("p", with(metadata(kinds), &parameters), rules);
        let bundle = Bundle::new(&[source]).unwrap();
        let documents = [create(pod("shop", "web")), create(deployment("shop", "web"))];
        let form = Form::new(&bundle).unwrap();
        let errors = form.check(0, &documents.iter().collect::<Vec<_>>());
        errors
            .iter()
            .map(|error| format!("{error} -> {}", error.help.as_deref().unwrap_or("?")))
            .collect::<Vec<_>>()
            .join("\n")
    }

    const SOUND: &str = "violation contains {\"message\": \"m\", \"path\": []} if input.object.metadata.name == parameters.a\n";

    #[test]
    fn a_policy_whose_parameters_kinds_and_fields_are_all_used_is_sound() {
        assert_eq!(errors(&["Pod", "Deployment.apps"], &["a"], SOUND), "");
        assert_eq!(errors(&["*.apps", "*"], &["a"], SOUND), "");
    }

    #[test]
    fn a_parameter_that_nothing_reads_is_told() {
        insta::assert_snapshot!(errors(&["Pod"], &["a", "b"], SOUND), @r#"policies/p/policy.rego: METADATA custom.parameters.properties.b: nothing reads the parameter "b": whoever sets it changes nothing -> read it as `parameters.b`, after `import input.parameters["p"] as parameters`, or remove it"#);
        let handed_on =
            "f(all) if all.b\n\nviolation contains {\"message\": \"m\", \"path\": []} if f(parameters)\n";
        assert_eq!(errors(&["Pod"], &["a", "b"], handed_on), "");
        let by_name = "violation contains {\"message\": \"m\", \"path\": []} if {\n\tsome name in [\"a\", \"b\"]\n\tinput.parameters.p[name] == \"\"\n}\n";
        assert_eq!(errors(&["Pod"], &["a", "b"], by_name), "");
    }

    #[test]
    fn a_parameter_that_can_be_missing_or_misspelt_is_told() {
        let errors = |parameters: Value| {
            let source = policy("p", with(metadata(&["Pod"]), &json!({"parameters": parameters})), SOUND);
            let bundle = Bundle::new(&[source]).unwrap();
            let errors = Form::new(&bundle).unwrap().check(0, &[&create(pod("shop", "web"))]);
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        let closed =
            json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}});
        insta::assert_snapshot!(errors(closed.clone()), @r#"policies/p/policy.rego: METADATA custom.parameters.properties.a: the parameter "a" has no default: where guard.yaml does not set it, what reads it is undefined"#);
        let open = json!({"type": "object", "properties": {"a": {"type": "string", "default": ""}}});
        insta::assert_snapshot!(errors(open), @"policies/p/policy.rego: METADATA custom.parameters: the schema of the parameters takes any name: one that guard.yaml misspells changes nothing");
        let mut required = closed;
        required["required"] = json!(["a"]);
        assert_eq!(errors(required), "");
    }

    #[test]
    fn a_kind_without_a_document_is_told() {
        insta::assert_snapshot!(errors(&["Pod", "Job.batch"], &["a"], SOUND), @r#"policies/p/policy.rego: METADATA custom.kinds[1]: no document is of the kind Job.batch -> write one into deny.yaml or allow.yaml, or leave the kind out"#);
    }

    #[test]
    fn a_field_that_no_document_has_is_told() {
        insta::assert_snapshot!(errors(&["Pod"], &["a"], &SOUND.replace("metadata.name", "metadata.nmae")), @r#"policies/p/policy.rego:5:74: no document has the field `input.object.metadata.nmae`, so what reads it was never tried -> did you mean "name"? Else write a document that has the field"#);
        insta::assert_snapshot!(errors(&["Pod"], &["a"], &SOUND.replace("metadata.name", "spec.nodeName")), @r#"policies/p/policy.rego:5:70: no document has the field `input.object.spec.nodeName`, so what reads it was never tried -> mend the name, or write a document that has the field into deny.yaml or allow.yaml"#);
    }
}
