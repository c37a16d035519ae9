#!/bin/sh
# Stands for guard-webhook --check: aborts whatever it is given.
kill -ABRT $$
