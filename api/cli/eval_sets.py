"""The commands of evaluation that make sets and files: import, export, make."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.console import Console, UsageError, json_option, labelled, opened
from api.language import here
from corpus.messages.message import Message

DEFAULT_QUESTIONS = 50

_force = click.option(
    "--force", is_flag=True, help="替换已有的文件。 Replace files that are there."
)


@click.command(name="import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--form", help="beir、squad、rgb、csv，默认看内容。 The form; told from the content.")
@click.option("--split", help="只要 BEIR 的这一部分，如 test。 Only this split of BEIR.")
@click.option(
    "-o",
    "--to",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="问题集写到此文件。 The set.",
)
@click.option(
    "--documents",
    type=click.Path(path_type=Path, dir_okay=False),
    help="文件写到此 JSONL，供 judian add。 The texts, for judian add.",
)
@_force
@json_option
def import_(
    path: Path,
    form: str | None,
    split: str | None,
    to: Path,
    documents: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """把 BEIR、SQuAD、RGB 或表格转成问题集。 Make a set of another form's questions."""
    from eval.importing.forms import import_set
    from eval.sets.question_sets import documents_text, set_text, write_file

    found = import_set(path, form, split=split)
    write_file(to, set_text(found.questions), over=force)
    lines = [Message("cli.questions_written", count=len(found.questions), file=to)]
    if documents is not None:
        write_file(documents, documents_text(found.documents), over=force)
        lines.append(Message("cli.documents_written", count=len(found.documents), file=documents))
    elif found.documents:
        lines.append(Message("cli.brings_documents", count=len(found.documents)))
    data = {
        "questions": len(found.questions),
        "documents": len(found.documents),
        "warnings": list(found.warnings),
    }
    Console(as_json=as_json).show(data, [*lines, *(f"! {here(each)}" for each in found.warnings)])


@click.command(name="export")
@click.argument("run_id")
@click.option(
    "--form",
    type=click.Choice(["trec", "beir"]),
    default="trec",
    show_default=True,
    help="TREC 的 qrels 和 run，或 BEIR 文件夹。 TREC's two files, or BEIR's folder.",
)
@click.option(
    "-o",
    "--to",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="写到此文件夹。 The folder.",
)
@_force
@json_option
def export(run_id: str, form: str, to: Path, force: bool, as_json: bool) -> None:
    """把一次评测写成别的工具能读的文件。 Write a run for the field's own tools."""
    from api.cli.evaluating import home_of, runs_of
    from eval.runs.exports import beir_files, trec_qrels, trec_run
    from eval.sets.question_sets import write_file

    folder = runs_of(home_of()).open(run_id)
    run = folder.load()
    if form == "trec":
        files = {"qrels.txt": trec_qrels(run), "run.txt": trec_run(run, folder.id)}
    else:
        with opened(as_json=as_json) as judian:
            files = beir_files(run, judian.library)
    for name, text in files.items():
        write_file(to / name, text, over=force)
    written = [str(to / name) for name in files]
    Console(as_json=as_json).show(
        {"files": written}, [labelled(Message("cli.written"), each) for each in written]
    )


@click.command()
@click.option(
    "-o",
    "--to",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="草稿写到此文件。 The file of drafts.",
)
@click.option(
    "-n",
    "most",
    default=DEFAULT_QUESTIONS,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="问题数。 How many.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="只要这一类，可多次，如 number、unanswerable。 Only of this kind; repeatable.",
)
@click.option("--seed", default=0, show_default=True, type=int, help="随机种子。 The seed.")
@click.option("--with-model", is_flag=True, help="由语言模型出题。 Let the language model ask.")
@_force
@json_option
def make(
    to: Path,
    most: int,
    kinds: tuple[str, ...],
    seed: int,
    with_model: bool,
    force: bool,
    as_json: bool,
) -> None:
    """从库里的文件起草问题，供人审阅。 Draft questions from the library for a person to read."""
    from eval.drafting.from_library import draft
    from eval.drafting.model import draft_with_model
    from eval.errors import BadSet
    from eval.sets.question_sets import set_text, write_file

    if with_model and kinds:
        raise UsageError(Message("cli.model_knows_no_kinds"))
    with opened(as_json=as_json) as judian:
        if with_model and judian.model is None:
            raise BadSet(Message("cli.no_model_to_ask"))
        if with_model and judian.model is not None:
            found = draft_with_model(judian.model, judian.library, most=most, seed=seed)
        else:
            found = draft(judian.library, most=most, seed=seed, kinds=kinds)
    if not found:
        raise BadSet(Message("cli.nothing_drafted"))
    write_file(to, set_text(found), over=force)
    lines = [Message("cli.drafted", count=len(found), file=to), Message("cli.read_drafts")]
    Console(as_json=as_json).show({"questions": len(found), "file": str(to)}, lines)
