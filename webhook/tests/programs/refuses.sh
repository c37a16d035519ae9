#!/bin/sh
# Stands for guard-webhook --check: refuses whatever it is given.
echo 'policies/odd/policy.rego:3:1: it is odd' >&2
exit 2
