//! What a policy reads and no document has, and what only looks so.

use serde_json::{Value, json};

use super::*;
use crate::rego::parse;

const LIBRARY: &str = "package guard.lib.workload\n\nimport future.keywords.not\n\npod := input.object.spec if input.kind.kind == \"Pod\"\n\nelse := input.object.spec.template.spec\n\ncontainers := array.concat([{\"i\": i, \"value\": c} | c := pod.containers[i]], [{\"i\": i, \"value\": c} | c := pod.initContainers[i]])\n";

fn pod() -> Value {
    json!({
        "metadata": {"name": "web", "labels": {"app.kubernetes.io/name": "web"}},
        "spec": {
            "hostNetwork": true,
            "containers": [{"name": "web", "securityContext": {"privileged": true}}, {"name": "log", "ports": [{"hostPort": 1}]}],
        },
    })
}

/// What is absent, with what was probably meant.
fn absent(rules: &str) -> Vec<String> {
    let text = format!(
        "package guard.policies.p\n\nimport data.guard.lib.workload\nimport future.keywords.not\nimport input.object as object\n\n{rules}\n"
    );
    let modules = [("lib/workload.rego", LIBRARY), ("p/policy.rego", text.as_str())]
        .map(|(file, text)| Module { file: file.into(), text: text.into() });
    let parsed = parse(&modules).unwrap();
    let fields = Fields::new(&parsed).unwrap();
    let pod = pod();
    let found = fields.absent(&modules[1], &[&pod]);
    let shown = |field: AbsentField| {
        let meant = field.meant.map(|meant| format!(" ({meant})")).unwrap_or_default();
        format!("{}:{} {}{meant}", field.line, field.column, field.reference)
    };
    found.into_iter().map(shown).collect()
}

#[test]
fn a_misspelt_field_is_found_through_references_variables_loops_and_imports() {
    assert_eq!(
        absent("r if input.object.spec.contaners[_]"),
        ["7:24 input.object.spec.contaners (containers)"]
    );
    assert_eq!(
        absent("r if {\n\tspec := input.object.spec\n\tspec.hostNetwrk\n}"),
        ["9:7 spec.hostNetwrk (hostNetwork)"]
    );
    assert_eq!(
        absent("r if {\n\tsome c in object.spec.containers\n\tc.nme == \"web\"\n}"),
        ["9:4 c.nme (name)"]
    );
    assert_eq!(absent("r if object.metdata"), ["7:13 object.metdata (metadata)"]);
    assert_eq!(
        absent("r if not object.spec[\"hostNetwork \"]"),
        ["7:22 object.spec[\"hostNetwork \"] (hostNetwork)"]
    );
    assert_eq!(absent("r if every c in object.spec.containers { c.image }"), ["7:44 c.image"]);
}

#[test]
fn a_misspelt_field_is_found_behind_the_rules_of_a_library_and_functions() {
    let rules = "r if {\n\tsome c in workload.containers\n\tc.value.securityContext.privilged == true\n}";
    assert_eq!(absent(rules), ["9:26 c.value.securityContext.privilged (privileged)"]);
    assert_eq!(
        absent("r if workload.containers[_].valeu.name"),
        ["7:29 workload.containers[_].valeu (value)"]
    );
    assert_eq!(
        absent("r if workload.pod.hostNetwork\n\nf(c) if c.prots[_]\n\ns if f(object.spec.containers[_])"),
        ["9:11 c.prots (ports)"]
    );
}

#[test]
fn a_function_is_at_fault_only_where_no_call_has_the_field() {
    let rules = "f(x) if x.ports\n\nr if f(object.spec.containers[0])\n\ns if f(object.spec)";
    assert_eq!(absent(rules), [""; 0]);
}

#[test]
fn what_the_policy_makes_itself_and_what_nobody_can_know_is_not_absent() {
    for rules in [
        "r contains {\"a\": 1} if some c in object.spec.containers\n\ns if {\n\tsome x in r\n\tx.a == 1\n}",
        "names[name] := c if {\n\tsome c in object.spec.containers\n\tname := c.name\n}\n\nr if names.web.ports",
        "r if json.unmarshal(object.metadata.name).anything",
        "r if input.namespaceObject.metadata.labels.team",
        "r if {\n\tsome key in [\"spec\", \"metadata\"]\n\tobject[key].labels\n}",
        "r if {\n\twalk(object, [path, value])\n\tvalue.anything\n}",
        "r if object.spec.anything with input as {\"object\": {\"spec\": {}}}",
        "f(x) := y if {\n\ty := x.name\n} else := y if y := x.ports\n\nr if f(object.spec.containers[_])",
        "r if {\n\tx := object.spec.containers[i]\n\ty = object.spec.containers[i]\n\ty.name == x.name\n}",
        "r if object.metadata.labels[\"app.kubernetes.io/name\"]",
    ] {
        assert_eq!(absent(rules), [""; 0], "{rules}");
    }
}

#[test]
fn without_documents_nothing_is_absent() {
    let module =
        Module { file: "p.rego".into(), text: "package p\n\nr if input.object.spec.contaners\n".into() };
    let fields = Fields::new(&parse(std::slice::from_ref(&module)).unwrap()).unwrap();
    assert_eq!(fields.absent(&module, &[]), []);
}
