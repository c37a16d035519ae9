//! `guard check`: flow, exit codes, diagnostics. What policies find is theirs to test: most cases here have one policy of their own.

mod exit_codes;
mod left_out;
mod partial;
mod reports;
mod settings;
mod surroundings;

use crate::CliTest;

/// Finds privileged containers of Pods, and denies them.
pub(crate) const POLICY: &str = r#"# METADATA
# title: Privileged container
# description: A privileged container owns its node.
# custom:
#   category: pod-security
#   severity: critical
#   kinds: [{group: "", kind: Pod}]
#   remediation: Remove `privileged`.
package guard.policies["privileged-container"]

import future.keywords.not

violation contains {"message": message, "path": path} if {
	some i, container in input.object.spec.containers
	container.securityContext.privileged == true
	message := sprintf("container %s is privileged", [container.name])
	path := ["spec", "containers", i, "securityContext", "privileged"]
}
"#;

/// The arguments that leave only [`POLICY`].
const ONE_POLICY: &str = "--no-default-policies --bundle .policies";

impl CliTest {
    /// A folder with fixtures/manifests/`scenario` and [`POLICY`] for the only policy, in a hidden folder that is not judged itself.
    pub(crate) fn with_policy(scenario: &str) -> Self {
        let test = Self::with_fixture(scenario);
        test.write(".policies/privileged-container/policy.rego", POLICY);
        test
    }

    /// `guard check` with that policy alone.
    fn check(&self, arguments: &str) -> std::process::Command {
        self.guard(&format!("check {ONE_POLICY} {arguments}"))
    }

    /// A Pod, privileged or not.
    fn write_pod(&self, file: &str, name: &str, privileged: bool) -> &Self {
        self.write(file, format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  containers:\n  - name: main\n    securityContext: {{privileged: {privileged}}}\n"
        ))
    }
}
