"""Who may see and do what on a server where people sign in."""

from typing import Annotated

import typer

from pipelines.cli.options import AsJson, Home, settings_of
from pipelines.console import out, print_json
from pipelines.roles import ANYBODY_HERE, Role

access_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Email = Annotated[str, typer.Argument(help="The e-mail address with which the person signs in.")]
Programme = Annotated[
    str | None, typer.Option("--programme", help="The programme, for a director or an administrator.")
]


@access_app.callback()
def access() -> None:
    """Say who has which role where people sign in: director, administrator, researcher, steward."""


@access_app.command()
def grant(
    context: typer.Context,
    email: Email,
    role: Annotated[Role, typer.Argument(help="What the person may do.")],
    programme: Programme = None,
    home: Home = None,
) -> None:
    """Give somebody a role. It holds from the next page that they open."""
    from pipelines.steward.people import grant as give

    give(settings_of(context, home), ANYBODY_HERE, email, role, programme)
    out.print(f"{email} is {role}{f' of {programme}' if programme else ''} from now on.", highlight=False)


@access_app.command()
def revoke(
    context: typer.Context,
    email: Email,
    role: Annotated[Role | None, typer.Argument(help="The role to take away. Default: every role.")] = None,
    programme: Programme = None,
    home: Home = None,
) -> None:
    """Take a role from somebody, or every role. It is gone from the next page that they open."""
    from pipelines.steward.people import revoke as take

    take(settings_of(context, home), ANYBODY_HERE, email, role, programme)
    out.print(f"{email} no longer has {'any role' if role is None else f'this role ({role})'}.", highlight=False)


@access_app.command("list")
def list_(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List who has which role."""
    from pipelines.steward.people import grants

    rows = grants(settings_of(context, home), ANYBODY_HERE)
    if as_json:
        print_json([{"email": email, "role": grant.role, "programme": grant.programme} for email, grant in rows])
        return
    for email, granted in rows:
        out.print(f"{email}  {granted.role}{f' of {granted.programme}' if granted.programme else ''}", highlight=False)
    if not rows:
        out.print("Nobody has a role yet. `openness access grant` gives one.")
