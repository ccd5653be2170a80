# What people and CI call. Everything is set up on first use: Python 3.11+, make and the package
# registry are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS ?= dev
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test check gate baseline fix bench train install clean

help:
	@echo "make run    安装、收入样例库、回答一个问题、启动网页  set up, add the samples, answer, serve"
	@echo "make test   运行测试  run the tests"
	@echo "make check  风格、类型、层次、文档  style, types, layers, docs"
	@echo "make gate   在样例问题集上评测，与基线比较  evaluate the samples against their baseline"
	@echo "make fix    自动整理代码  format the code"
	@echo "make bench  测量  measure"
	@echo "make train  训练回答模型  train the answer model"

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Judian needs Python 3.11 or later; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	touch $@

install: $(STAMP)

run: $(STAMP)
	$(BIN)/judian add samples/library
	$(BIN)/judian ask "2023年教育数字化要重点做好哪四件事？"
	$(BIN)/judian serve

test: $(STAMP)
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The samples are evaluated in a library of their own, and held against samples/baseline. What
# `make baseline` writes there is what later changes are held against: look at it, and commit it.
SAMPLES := build/samples
gate baseline: export JUDIAN_HOME := $(SAMPLES)
gate baseline: $(STAMP)
	rm -rf $(SAMPLES)
	$(BIN)/judian add samples/library
	$(BIN)/judian eval run samples/questions.jsonl
	$(BIN)/judian eval $(if $(filter gate,$@),gate latest --rules samples/gate.toml --baseline,keep latest --to) samples/baseline

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m benchmarks.seed
	$(BIN)/python -m benchmarks.index.embedding
	$(BIN)/python -m benchmarks.index.retrieval --home bench --sets cmrc,xquad_zh,xquad_en,en_over_zh,zh_over_en
	$(BIN)/python -m benchmarks.index.named --home bench/laws
	$(BIN)/python -m benchmarks.index.scale --folder bench --sizes 10000

# What made the shipped weights, from the start: hours on two cores, gone on from a checkpoint where
# it was broken off. The last two print figures; weights are taken over by hand, with their card.
train: $(STAMP)
	$(BIN)/python -m training.prepare --out build/training
	$(BIN)/python -m training.question_encoder --data build/training
	$(BIN)/python -m training.loop --data build/training
	$(BIN)/python -m training.report --data build/training --weights build/training/answer-model.safetensors

clean:
	rm -rf $(VENV) build *.egg-info
