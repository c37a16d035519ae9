package guard.lib.secret_test

import data.guard.lib.secret
import future.keywords.not

test_secrets_are_found if {
	every pair in [
		["DB_PASSWORD", "correct-horse"],
		["PGPASSWORD", "postgres"],
		["spring.datasource.password", "changeme"],
		["REDIS_PASSWORD", "123456"],
		["STRIPE_API_KEY", "sk_live_00000000000000000000"],
		["API_TOKEN", "a94a8fe5ccb19ba61c4c0873d391e987"],
		["OAUTH_CLIENT_SECRET", "dGhpcyBpcyBub3Qgb25lMQ=="],
		["SESSION_SECRET", "k3yb0ard.C4t!"],
		["AUTH_TOKEN", "6a1f5b0e-1c57-4d7c-9e0c-2f3f8a4f8d11"],
		["WHATEVER", "ghp_000000000000000000000000000000000000"],
		["AMQP_URL", "amqp://guest:guest@rabbitmq:5672/"],
		["CACHE", "redis://:hunter2@cache:6379"],
		["SMTP_PASS", "hunter2"],
		["DB_PWD", "hunter2"],
		["SUBJECT", "AKIA0000000000000000"],
		["AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEY1"],
		["SESSION", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
		["HEADER", "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
		["ACCOUNT", `{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5"}`],
		["HOOK", "https://hooks.slack.com/services/T00000000/B00000000/000000000000"],
		["DSN", "shop:hunter2@tcp(db:3306)/shop"],
		["ConnectionStrings__Shop", "Server=db;User Id=shop;Password=hunter2;"],
		["JDBC_URL", "jdbc:postgresql://db/shop?user=shop&password=hunter2"],
	] {
		secret.literal(pair[0], pair[1])
	}
}

test_what_is_no_secret_is_left_alone if {
	every pair in [
		["DB_PASSWORD", ""],
		["DB_PASSWORD", "$(OTHER)"],
		["DB_TOKEN", "kv/Team-A/db/api-Key-01"],
		["DB_PASSWORD", "${DB_PASSWORD}"],
		["DB_PASSWORD", "{{ .Values.password }}"],
		["DB_PASSWORD", "<your password>"],
		["DB_PASSWORD", "/run/secrets/db"],
		["DB_PASSWORD", "vault:secret/data/db#password"],
		["DB_PASSWORD", "op://vault/db/password"],
		["ALLOW_EMPTY_PASSWORD", "Yes"],
		["PASSWORD_FILE", "password.txt"],
		["PASSWORD_MIN_LENGTH", "12"],
		["TOKEN_URL", "https://login.example.com/token"],
		["TOKEN_TTL", "3600"],
		["IMAGE_PULL_SECRET", "regcred"],
		["TLS_SECRET", "web-tls-2026-11"],
		["CSRF_TOKEN", "X-CSRF-Token"],
		["API_KEY", "none"],
		["UPSTREAM", "http://someone@example.com/"],
		["DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db/app"],
		["DATABASE_URL", "postgres://app@db/app"],
		["MAIL_FROM", "shop: <shop@example.com>"],
		["IMAGE", "registry.example.com:5000/web@sha256:9f86d081"],
		["NPM_CONFIG", "npm_start"],
		["MODEL", "hf_transformers_model"],
		["DB_PASSWORD", "REDACTED"],
		["DB_PASSWORD", "__DB_PASSWORD__"],
		["DB_PASSWORD", "********"],
		["REQUIRE_PASSWORD", "enabled"],
		["OLD_PWD", "/srv"],
		["DB_SECRET", "kv/data/shop/db-v2"],
		["DB_SECRET", "projects/123456789012/secrets/db/versions/1"],
		["DB_SECRET", "prod/Shop/Db12"],
		["ConnectionStrings__Shop", "Server=db;User Id=shop;Password=$(DB_PASSWORD);"],
		["JDBC_URL", "jdbc:postgresql://db/shop?user=shop&password=${DB_PASSWORD}"],
		["TOKEN_HEADER", "Bearer"],
	] {
		not secret.literal(pair[0], pair[1])
	}
}

test_every_mark_of_a_token_is_known if {
	every mark in [
		"AIza", "dckr_pat_", "gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_", "glpat-", "hvs.", "npm_", "pypi-AgE",
		"rk_live_", "rk_test_", "sk_live_", "sk_test_", "sk-ant-", "sk-proj-", "whsec_", "xapp-", "xoxb-", "xoxp-",
	] {
		secret.literal("WHATEVER", sprintf("%s000000000000", [mark]))
		not secret.literal("WHATEVER", sprintf("%s00000000000", [mark]))
	}
	secret.literal("WHATEVER", "ASIA0000000000000000")
}

test_every_word_for_a_secret_is_known if {
	every name in [
		"DB_PASSWORD", "DB_PASSWD", "PASSPHRASE", "DB_PASS", "db.pwd", "CLIENT_SECRET", "TOKEN", "ACCESS_KEY", "api-key", "authKey",
		"ENCRYPTION_KEY", "private.key", "SECRET_KEY", "SIGNING_KEY",
	] {
		secret.literal(name, "6a1f5b0e-1c57-4d7c-9e0c-2f3f8a4f8d11")
	}
}

test_what_is_random_is_long_enough if {
	every value in ["abcdefghijklmno1", "Abcdefghij1!", "Abcdefgh1jklmnop/rstuvwxyz012345"] {
		secret.literal("API_KEY", value)
	}
	every value in ["abcdefghijklmn1", "Abcdefghi1!", "Abcdefgh1jklmnop/rstuvwxyz01234"] {
		not secret.literal("API_KEY", value)
	}
}

test_what_switches_something_or_stands_elsewhere_is_no_secret if {
	every value in [
		"true", "False", "yes", "no", "on", "OFF", "enabled", "disabled", "none", "null", "0", "1",
		"./file", "../file", "~/file", "<word", "$word", "ENC[word", "arn:word", "ref+word", "vault:word", "@Microsoft.KeyVault(word",
		"#{word}", "%word%", "xxx", "replace_me", "replaceme", "your-word",
	] {
		not secret.literal("DB_PASSWORD", value)
	}
}
