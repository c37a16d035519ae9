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
