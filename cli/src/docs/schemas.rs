//! docs/guard.schema.json, of the default library's policies, and docs/metadata.schema.json.

use guard_engine::schema;
use guard_loader::{Library, load_bundle};

use crate::commands::schema::text;

#[test]
fn schemas_are_current() {
    let library = load_bundle(&Library::default()).unwrap();
    super::assert_current("guard.schema.json", &text(&schema::guard_yaml(&library)).unwrap());
    super::assert_current("metadata.schema.json", &text(&schema::metadata()).unwrap());
}
