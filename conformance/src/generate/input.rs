//! Inputs: workloads with fields missing, empty, or of a kind that no API server would let through.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// An admission request for something like a pod.
pub fn input(rng: &mut Rng) -> Value {
    let mut metadata = Map::new();
    put(rng, &mut metadata, 95, "name", |rng| text(rng).into());
    put(rng, &mut metadata, 60, "namespace", |rng| text(rng).into());
    put(rng, &mut metadata, 70, "labels", labels);
    put(rng, &mut metadata, 40, "annotations", labels);
    put(rng, &mut metadata, 20, "finalizers", texts);
    let mut spec = Map::new();
    put(rng, &mut spec, 95, "containers", |rng| containers(rng, 4));
    put(rng, &mut spec, 40, "initContainers", |rng| containers(rng, 2));
    put(rng, &mut spec, 30, "volumes", |rng| containers(rng, 2));
    put(rng, &mut spec, 30, "hostNetwork", truth);
    put(rng, &mut spec, 20, "hostPID", truth);
    put(rng, &mut spec, 50, "replicas", number);
    let mut parameters = Map::new();
    put(rng, &mut parameters, 80, "allowed", texts);
    put(rng, &mut parameters, 80, "prefix", |rng| text(rng).into());
    put(rng, &mut parameters, 80, "limit", number);
    json!({
        "kind": {"group": "", "version": "v1", "kind": if rng.bool() { "Pod" } else { "Deployment" }},
        "operation": "CREATE",
        "object": {"metadata": metadata, "spec": spec},
        "parameters": parameters,
    })
}

/// Puts a field in `percent` of the cases, in one of thirty with a value of another kind.
fn put(
    rng: &mut Rng,
    fields: &mut Map<String, Value>,
    percent: u32,
    key: &str,
    value: impl FnOnce(&mut Rng) -> Value,
) {
    if rng.u32(0..100) < percent {
        let value = if rng.u32(0..30) == 0 { odd(rng) } else { value(rng) };
        fields.insert(key.to_owned(), value);
    }
}

fn odd(rng: &mut Rng) -> Value {
    let choices =
        [json!(null), json!(0), json!("odd"), json!([]), json!({}), json!(false), json!(-1), json!("é🙂")];
    rng.choice(choices).unwrap_or_default()
}

fn text(rng: &mut Rng) -> &'static str {
    let choices = [
        "web",
        "db",
        "app",
        "team",
        "prod",
        "a",
        "",
        "nginx:latest",
        "nginx",
        "registry.example.com/web:1.2",
        "a/b:c",
        "Web-1",
        "10",
        "éa",
    ];
    rng.choice(choices).unwrap_or_default()
}

fn truth(rng: &mut Rng) -> Value {
    rng.bool().into()
}

fn number(rng: &mut Rng) -> Value {
    rng.u32(0..5).into()
}

fn texts(rng: &mut Rng) -> Value {
    (0..rng.u32(0..4)).map(|_| Value::from(text(rng))).collect()
}

fn labels(rng: &mut Rng) -> Value {
    let mut labels = Map::new();
    for key in ["app", "team", "owner", "app.kubernetes.io/name"] {
        put(rng, &mut labels, 40, key, |rng| text(rng).into());
    }
    labels.into()
}

fn containers(rng: &mut Rng, most: usize) -> Value {
    (0..rng.usize(0..=most)).map(|_| container(rng)).collect()
}

fn container(rng: &mut Rng) -> Value {
    let mut fields = Map::new();
    put(rng, &mut fields, 90, "name", |rng| text(rng).into());
    put(rng, &mut fields, 85, "image", |rng| text(rng).into());
    put(rng, &mut fields, 30, "imagePullPolicy", |_| "Always".into());
    put(rng, &mut fields, 40, "args", texts);
    put(rng, &mut fields, 30, "command", texts);
    put(rng, &mut fields, 20, "tty", truth);
    put(rng, &mut fields, 20, "priority", number);
    put(rng, &mut fields, 50, "securityContext", |rng| {
        let mut context = Map::new();
        put(rng, &mut context, 50, "privileged", truth);
        put(rng, &mut context, 50, "runAsNonRoot", truth);
        put(rng, &mut context, 40, "runAsUser", number);
        put(rng, &mut context, 40, "capabilities", |rng| json!({"add": texts(rng)}));
        context.into()
    });
    put(rng, &mut fields, 40, "ports", |rng| {
        (0..rng.u32(0..3))
            .map(|_| json!({"name": text(rng), "containerPort": number(rng), "hostPort": number(rng)}))
            .collect()
    });
    put(rng, &mut fields, 40, "env", |rng| {
        (0..rng.u32(0..3)).map(|_| json!({"name": text(rng), "value": text(rng)})).collect()
    });
    fields.into()
}
