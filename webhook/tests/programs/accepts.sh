#!/bin/sh
# Stands for guard-webhook --check: accepts whatever it is given.
exit 0
