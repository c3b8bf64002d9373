# An alias only: everything is in dev.py, which needs nothing but Python 3.11+ (`python3 dev.py test` is the same).
PYTHON ?= python3
TASKS := setup demo test prove bench lock lint screenshots hazards

.PHONY: $(TASKS) help
help:
	@$(PYTHON) dev.py --help
$(TASKS):
	@$(PYTHON) dev.py $@ $(ARGS)
