"""Workspace: what is stored, by whom it is used, which jobs ran, on what machine."""

from components import router

router.guard()

from components import (  # noqa: E402
    cache_table,
    damage,
    environment_view,
    experiment_list,
    job_list,
    room_view,
    shell,
    trash,
)
from components.sections import pick_section  # noqa: E402

SECTIONS = {
    "cache": ("Cache", cache_table.show_cache),
    "experiments": ("Experiments", experiment_list.show_experiments),
    "jobs": ("Jobs", job_list.show_jobs),
    "trash": ("Trash", trash.show_trash),
    "environment": ("Environment", environment_view.show_environment),
}

with shell.head("Workspace", "What is kept on this server, and what it was computed on."):
    pass
trash.show_undo()
damage.show_damage()
environment_view.show_disk()
room_view.show_room()
section = pick_section({name: label for name, (label, _) in SECTIONS.items()}, "workspace")
SECTIONS[section][1]()
