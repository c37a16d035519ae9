//! Paths that survive a list's reordering.

use std::borrow::Cow;

use serde_json::Value;

use super::{Path, Segment};

/// What names a list's item, most telling first: the merge keys of Kubernetes' own types (`x-kubernetes-list-map-keys`, and
/// the older `patchMergeKey`), then what other kinds commonly use. A volume mount has `mountPath` and `name`, a container
/// port `containerPort` and `name`: the merge key stands before `name`.
const ITEM_KEYS: [&str; 11] = [
    "mountPath",
    "devicePath",
    "containerPort",
    "topologyKey",
    "ip",
    "name",
    "key",
    "port",
    "host",
    "path",
    "type",
];

/// A path's steps in `object`, with a list's item called by its key (`[name=web]`), or by itself where it is a scalar
/// (`[="NET_ADMIN"]`), or by its index where it has neither.
pub fn named_steps<'a>(object: &'a Value, path: &'a Path) -> impl Iterator<Item = Cow<'a, str>> {
    let mut here = Some(object);
    path.0.iter().map(move |segment| match segment {
        Segment::Key(key) => {
            here = here.and_then(|value| value.get(key));
            Cow::Borrowed(key.as_str())
        }
        Segment::Index(index) => {
            here = here.and_then(|value| value.get(index));
            here.and_then(item_name).map_or_else(|| Cow::Owned(format!("[{index}]")), Cow::Owned)
        }
    })
}

fn item_name(item: &Value) -> Option<String> {
    if let Value::Object(fields) = item {
        let scalar = |key: &&str| fields.get(*key).filter(|value| value.is_string() || value.is_number());
        return ITEM_KEYS.iter().find_map(|key| scalar(key).map(|value| format!("[{key}={value}]")));
    }
    (item.is_string() || item.is_number()).then(|| format!("[={item}]"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn list_items_are_called_by_their_merge_key() {
        let object = json!({
            "ports": [{"name": "http", "containerPort": 80}],
            "mounts": [{"name": "data", "mountPath": "/data"}],
            "add": ["SYS_ADMIN"],
            "numbers": [7],
            "rules": [{"verbs": ["*"]}],
            "rows": [["a"]],
        });
        let names = |steps| {
            let path: Path = serde_json::from_value(steps).unwrap();
            named_steps(&object, &path).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(json!(["ports", 0, "hostPort"])), "ports [containerPort=80] hostPort");
        assert_eq!(names(json!(["mounts", 0])), r#"mounts [mountPath="/data"]"#);
        assert_eq!(names(json!(["add", 0])), r#"add [="SYS_ADMIN"]"#);
        assert_eq!(names(json!(["numbers", 0])), "numbers [=7]");
        assert_eq!(names(json!(["rules", 0, "verbs", 0])), r#"rules [0] verbs [="*"]"#);
        assert_eq!(names(json!(["rows", 0, 0])), r#"rows [0] [="a"]"#);
        assert_eq!(names(json!(["absent", 3, "name"])), "absent [3] name");
    }
}
