# METADATA
# title: Secrets
# description: >-
#   What looks like a secret written down. A false alarm costs more than a miss here: a value counts if it gives itself away, or if its
#   name says that it is a secret and nothing about the value says that it is not.
package guard.lib.secret

import future.keywords.not

# A name and the value beside it, both strings.
literal(_, value) if telltale(value)

literal(name, value) if {
	regex.match(`(?i)(password|passwd|passphrase)$`, name)
	plausible(value)
}

literal(name, value) if {
	regex.match(`(?i)(secret|token|(access|api|auth|encryption|private|secret|signing)[._-]?key)$`, name)
	plausible(value)
	random(value)
}

# A private key, a token that its service marks as one, a URL with a password in it.
telltale(value) if {
	startswith(value, "-----BEGIN ")
	contains(value, "PRIVATE KEY")
}

telltale(value) if {
	count(value) >= 20
	regex.match(`^(AIza|dckr_pat_|eyJhbGciOi|gh[opsu]_|github_pat_|glpat-|hvs\.|npm_|pypi-AgE|[rs]k_live_|sk-ant-|sk-proj-|xapp-|xox[bp]-)[0-9A-Za-z_.-]{12}`, value)
}

telltale(value) if {
	contains(value, "@")
	regex.match(`^[a-z][a-z0-9+.-]*://[^/?#@: ]*:[^/?#@ $<>{}]+@[^/?#@ ]`, value)
}

# Not empty, no switch, no path or address, and not filled in by something else.
plausible(value) if {
	value != ""
	not switches[lower(value)]
	not strings.any_prefix_match(value, elsewhere)
	not regex.match(`\$[({]|\{\{|#\{|://`, value)
}

switches := {"true", "false", "yes", "no", "on", "off", "none", "null", "0", "1"}

# Paths, and the references of what injects secrets: templates, sops, vault and the like.
elsewhere := ["/", "./", "../", "~/", "<", "$", "ENC[", "arn:", "ref+", "vault:", "@Microsoft.KeyVault("]

# One piece of letters and digits, as no name is: `regcred` and `web-tls-2` are names.
random(value) if {
	regex.match(`^[0-9A-Za-z+/=]{16,}$`, value)
	regex.match(`[0-9]`, value)
	regex.match(`[A-Za-z]`, value)
}

random(value) if {
	count(value) >= 12
	regex.match(`^[!-~]+$`, value)
	regex.match(`[0-9]`, value)
	regex.match(`[a-z]`, value)
	regex.match(`[A-Z]`, value)
}

random(value) if regex.match(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, value)
