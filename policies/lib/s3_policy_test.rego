package guard.lib.s3_policy_test

import data.guard.lib.s3_policy
import future.keywords.not

allow := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

opens(statement) if s3_policy.open_statements({"Statement": [statement]}) != []

test_everyone_is_let_in if {
	every principal in ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::111122223333:root", "*"]}] {
		opens({"Effect": "Allow", "Principal": principal})
	}
	opens({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}})
}

test_others_are_not_everyone if {
	not opens({"Effect": "Deny", "Principal": "*"})
	not opens({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}})
	not opens({"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}})
	not opens({"Effect": "Allow"})
}

test_conditions_that_limit if {
	every condition in [
		{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
		{"StringEquals": {"AWS:SOURCEVPCE": ["vpce-1", "vpce-2"]}},
		{"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2/r-ab12/"}},
		{"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}},
		{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
		{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader-*"}},
		{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "111122223333"}},
	] {
		not opens(object.union(allow, {"Condition": condition}))
	}
}

test_conditions_that_do_not if {
	every condition in [
		{},
		null,
		[],
		["x"],
		{"Bool": {"aws:SecureTransport": "true"}},
		{"StringLike": {"aws:Referer": "https://example.com/*"}},
		{"StringLike": {"aws:PrincipalOrgID": "*"}},
		{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
		{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1b2/r-ab12/"}},
		{"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
		{"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
		{"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}},
		{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
		{"IpAddress": {"aws:SourceIp": "::/0"}},
		{"IpAddress": {"aws:SourceIp": "2000::/3"}},
		{"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}},
		{"IpAddress": {"aws:SourceIp": "2001:db8::/31"}},
		{"StringEquals": {"aws:Referer": "https://example.com/"}},
		{"StringEquals": {"aws:SourceVpce": []}},
		{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}},
	] {
		opens(object.union(allow, {"Condition": condition}))
	}
}

test_a_statement_is_called_by_its_sid_or_its_place if {
	s3_policy.open_statements({"Statement": [
		{"Effect": "Deny", "Principal": "*"},
		allow,
		object.union(allow, {"Sid": "Site"}),
	]}) == ["statement 1", `statement "Site"`]
	s3_policy.open_statements({"Statement": allow}) == ["statement 0"]
}

test_a_policy_that_is_none_opens_nothing if {
	every policy in [{}, {"Statement": null}, {"Statement": "x"}, {"Statement": [null, "x", 1]}] {
		s3_policy.open_statements(policy) == []
	}
}

test_everyone_is_let_in_by_the_classic_form if {
	every principal in [
		{"principal": {"allowAnon": true}},
		{"principal": {"awsPrincipals": [{"iamUserArn": "*"}]}},
		{"notPrincipal": {"awsPrincipals": [{"iamUserArn": "arn:aws:iam::111122223333:user/jane"}]}},
	] {
		s3_policy.open_classic_statement(object.union({"effect": "Allow"}, principal))
		not s3_policy.open_classic_statement(object.union({"effect": "Deny"}, principal))
	}
	not s3_policy.open_classic_statement({"effect": "Allow", "principal": {"allowAnon": false}})
}

classic(operator, term) := {
	"effect": "Allow",
	"principal": {"allowAnon": true},
	"condition": [{"operatorKey": operator, "conditions": [term]}],
}

test_conditions_limit_the_classic_form_as_well if {
	not s3_policy.open_classic_statement(classic("StringEquals", {"key": "aws:SourceVpce", "stringValue": "vpce-1"}))
	not s3_policy.open_classic_statement(classic("IpAddress", {"key": "aws:SourceIp", "listValue": ["192.0.2.0/24"]}))
	s3_policy.open_classic_statement(classic("StringNotEquals", {"key": "aws:SourceVpce", "stringValue": "vpce-1"}))
	s3_policy.open_classic_statement(classic("StringEquals", {"key": "aws:Referer", "stringValue": "https://example.com/"}))
	s3_policy.open_classic_statement(classic("IpAddress", {"key": "aws:SourceIp", "listValue": ["192.0.2.0/24", "0.0.0.0/0"]}))
	s3_policy.open_classic_statement(classic("IpAddress", {"key": "aws:SourceIp", "stringValue": "192.0.2.0/24", "listValue": ["0.0.0.0/0"]}))
}
