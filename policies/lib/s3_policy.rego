# METADATA
# title: S3 bucket policies
# description: >-
#   Which statements of a bucket policy let everyone in. The conditions that limit a statement are those by which S3 itself tells a
#   policy that is not public ("The meaning of public" in its user guide), and those on the calling principal.
package guard.lib.s3_policy

import future.keywords.not

# What a policy (as JSON) calls the statements that let everyone in.
open_statements(policy) := [title(statement.value, statement.i) |
	statement := statements(policy)[_]
	statement.value.Effect == "Allow"
	anyone(statement.value)
	not limited(statement.value.Condition)
]

# One statement may stand without a list around it.
statements(policy) := [{"i": i, "value": statement} | statement := policy.Statement[i]] if is_array(policy.Statement)

else := [{"i": 0, "value": policy.Statement}]

title(statement, i) := sprintf(`statement "%s"`, [statement.Sid]) if is_string(statement.Sid)

else := sprintf("statement %d", [i])

anyone(statement) if statement.Principal == "*"

anyone(statement) if statement.Principal[_] == "*"

anyone(statement) if statement.Principal[_][_] == "*"

# Everyone but those.
anyone(statement) if statement.NotPrincipal

limited(conditions) if {
	values := conditions[operator][key]
	exact(operator)
	scoping(key)
	all_narrow(list(values))
}

# The classic Crossplane provider's own form.
open_classic_statement(statement) if {
	statement.effect == "Allow"
	classic_anyone(statement)
	not classic_limited(statement)
}

classic_anyone(statement) if statement.principal.allowAnon == true

classic_anyone(statement) if statement.principal.awsPrincipals[_][_] == "*"

classic_anyone(statement) if statement.notPrincipal

classic_limited(statement) if {
	condition := statement.condition[_]
	exact(condition.operatorKey)
	term := condition.conditions[_]
	scoping(term.key)
	all_narrow(array.concat([v | v := term.listValue[_]], [v | v := term.stringValue]))
}

list(values) := values if is_array(values)

else := [values]

all_narrow(values) if {
	values != []
	every value in values {
		narrow(value)
	}
}

# A value without wildcards, an ARN whose account is given, or a network that S3 does not call broad: wider than /8, or /32 in IPv6.
narrow(value) if {
	is_string(value)
	not regex.match(`[*?]|^[0-9.]+/[0-7]$|^[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*/([0-9]|[12][0-9]|3[01])$`, value)
}

narrow(value) if {
	is_string(value)
	regex.match(`^arn:[^:*?]+:[^:*?]+:[^:*?]*:[0-9]{12}:`, value)
}

# An operator with IfExists also holds where the request has no such key, and ForAllValues where it has no values: they limit nothing.
exact(operator) if {
	is_string(operator)
	exact_operators[trim_prefix(lower(operator), "foranyvalue:")]
}

exact_operators := {
	"arnequals", "arnlike", "ipaddress",
	"stringequals", "stringequalsignorecase", "stringlike",
}

scoping(key) if {
	is_string(key)
	scopes[lower(key)]
}

scopes := {
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
	"aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceowner",
	"aws:sourcevpc", "aws:sourcevpce", "aws:userid", "aws:vpcsourceip",
	"s3:dataaccesspointaccount", "s3:dataaccesspointarn",
}
