# METADATA
# title: Secrets
# description: >-
#   What looks like a secret written down. A false alarm costs more than a miss here: a value counts if it gives itself away, or if its
#   name says that it is a secret and nothing about the value says that it is not.
package guard.lib.secret

import future.keywords.not

# A name and the value beside it, both strings. The first three values give themselves away: a private key or a URL with a password in
# it; a token that its service marks as one, or a JSON web token; a connection string with a password.
literal(_, value) if {
	regex.match(`-----BEGIN [A-Z ]*PRIVATE KEY|^[A-Za-z][0-9A-Za-z+.-]*://[^/?#@: ]*:[^/?#@ $<>{}]+@[^/?#@ ]|^[^:@/ $]+:[^@/ $]+@(tcp|unix)\(`, value)
}

literal(_, value) if {
	regex.match(`^(AIza|dckr_pat_|gh[oprsu]_|github_pat_|glpat-|hvs\.|npm_|pypi-AgE|[rs]k_(live|test)_|sk-(ant|proj)-|whsec_|xapp-|xox[bp]-)[0-9A-Za-z_.-]{12}|^(Bearer )?eyJ[0-9A-Za-z_-]{8,}\.eyJ|^A[KS]IA[0-9A-Z]{16}$|^SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16}|^hf_[A-Za-z]{34}$|^https://hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]`, value)
}

literal(_, value) if {
	contains(value, "=")
	regex.match(`(?i)(^|[?&;]) *(password|pwd|accountkey|sharedaccesskey) *= *[^;&$<{#%* ]`, value)
}

literal(name, value) if {
	regex.match(`(?i)(password|passwd|passphrase|[._-]pass|[._-]pwd|secret|token|(access|api|auth|encryption|private|secret|signing)[._-]?key)$`, name)
	plausible(value)
	secretive(name, value)
}

# Not empty, no switch, no path or address, no place holder, and not filled in by something else.
plausible(value) if {
	value != ""
	not switches[lower(value)]
	not strings.any_prefix_match(value, elsewhere)
	not regex.match(`\$[({]|\{\{|#\{|://|^(__.*__|%+[^%]+%+|[*]+|(?i:x{3,}|redacted|replace[_-]?me|your[_-].*))$`, value)
}

switches := {"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "none", "null", "0", "1"}

# Paths, and the references of what injects secrets: templates, sops, vault and the like.
elsewhere := ["/", "./", "../", "~/", "<", "$", "ENC[", "arn:", "ref+", "vault:", "@Microsoft.KeyVault("]

# A password can be any word; a key or a token, which can also be the name of one, is random.
secretive(name, _) if regex.match(`(?i)(pass(word|wd|phrase)|[._-](pass|pwd))$`, name)

secretive(_, value) if {
	random(value)
	not place(value)
}

# Where a secret is kept (`kv/shop/db-2`, `projects/123/secrets/db`), and not base64 that has a slash by chance.
place(value) if {
	regex.match(`^[0-9A-Za-z_.-]+(/[0-9A-Za-z_.-]+)+$`, value)
	not long_and_mixed(value)
}

long_and_mixed(value) if {
	count(value) >= 32
	regex.match(`[A-Z]`, value)
}

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
