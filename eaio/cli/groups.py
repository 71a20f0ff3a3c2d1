"""Groups of verbs that several files share: ``eaio eval`` and ``eaio bench``."""

import typer

HELP = {
    "eval": "Measure how good an answer is, against data whose truth is known.",
    "bench": "Measure how fast something is, beside its own limit in the same run.",
}


def group(app: typer.Typer, name: str) -> typer.Typer:
    """The group of that name, made when the first file asks for it."""
    for known in app.registered_groups:
        if known.name == name and known.typer_instance is not None:
            return known.typer_instance
    made = typer.Typer(help=HELP[name], no_args_is_help=True)
    app.add_typer(made, name=name)
    return made
