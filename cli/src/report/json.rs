//! JSON: the report as it is, the contract that docs/report.schema.json describes.

use std::io::{self, Write};

use super::Report;

/// Writes the report as one JSON object and a newline.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::report::{Report, fixture};

    const SCHEMA: &str = include_str!("../../../docs/report.schema.json");

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        super::write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn validator() -> jsonschema::Validator {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    }

    #[test]
    fn every_report_keeps_the_contract() {
        for report in [
            fixture::rich(),
            fixture::clean(),
            fixture::large(9),
            Report::default().finish(Default::default(), fixture::digests()),
        ] {
            let value = written(&report);
            let errors: Vec<_> = validator()
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, [""; 0]);
        }
    }

    /// The schema would not notice a key that the documentation lacks if it let any key pass.
    #[test]
    fn the_contract_refuses_what_it_does_not_name() {
        let report = written(&fixture::rich());
        for pointer in [
            "",
            "/violations/0",
            "/violations/0/resource",
            "/violations/0/location",
            "/exempted/0",
            "/exempted/0/exemption",
            "/diagnostics/0",
            "/summary",
            "/summary/violations",
            "/summary/digests",
        ] {
            let mut odd = report.clone();
            odd.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("odd".into(), json!(1));
            assert!(!validator().is_valid(&odd), "a key more at {pointer:?}");
        }
        for (pointer, value) in [
            ("/version", json!(2)),
            ("/violations/0/severity", json!("bad")),
            ("/violations/0/action", json!("off")),
            ("/violations/0/location/line", json!(0)),
            ("/violations/0/fingerprint", json!("xyz")),
            ("/violations/0/path/0", json!(-1)),
            ("/exempted/0/exemption/expires", json!("tomorrow")),
            ("/diagnostics/0/code", json!("no-such-code")),
        ] {
            let mut odd = report.clone();
            *odd.pointer_mut(pointer).unwrap() = value;
            assert!(!validator().is_valid(&odd), "another value at {pointer}");
        }
    }

    #[test]
    fn the_contract_names_every_code() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let described: Vec<_> = schema["$defs"]["code"]["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|code| (code["const"].as_str().unwrap(), code["description"].as_str().unwrap()))
            .collect();
        let codes: Vec<_> =
            crate::report::Code::ALL.iter().map(|code| (code.as_str(), code.description())).collect();
        assert_eq!(described, codes);
    }

    #[test]
    fn a_report_is_written_as_documented() {
        let mut out = Vec::new();
        super::write(&fixture::rich(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
