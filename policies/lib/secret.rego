# METADATA
# title: Secrets
# description: >-
#   What looks like a secret written down. A false alarm costs more than a miss here: a value counts if it gives itself away, or if its
#   name says that it is a secret and nothing about the value says that it is not.
package guard.lib.secret

import future.keywords.not

# A name and the value beside it, both strings. The first two values give themselves away: a private key or a URL with a password in it,
# and a token that its service marks as one.
literal(_, value) if {
	regex.match(`^(-----BEGIN [A-Z ]*PRIVATE KEY|[a-z][a-z0-9+.-]*://[^/?#@: ]*:[^/?#@ $<>{}]+@[^/?#@ ])`, value)
}

literal(_, value) if {
	regex.match(`^(AIza|dckr_pat_|eyJhbGciOi|gh[opsu]_|github_pat_|glpat-|hvs\.|npm_|pypi-AgE|[rs]k_live_|sk-(ant|proj)-|xapp-|xox[bp]-)[0-9A-Za-z_.-]{12}`, value)
}

literal(name, value) if {
	regex.match(`(?i)(password|passwd|passphrase|secret|token|(access|api|auth|encryption|private|secret|signing)[._-]?key)$`, name)
	plausible(value)
	secretive(name, value)
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

# A password can be any word; a key or a token, which can also be the name of one, is random.
secretive(name, _) if regex.match(`(?i)pass(word|wd|phrase)$`, name)

secretive(_, value) if random(value)

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
