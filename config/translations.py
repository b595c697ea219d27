"""Compiled translations: .mo files are not kept in the repository but made where needed."""

from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locale"


def compile_stale(locales: Path = LOCALES) -> list[Path]:
    """Compile every .po file that is newer than its .mo file; return the files written.

    Needs no gettext tools. Costs two stat calls per language when all is fresh.
    """
    written = []
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        import polib  # only on the rare day that there is something to compile

        unfinished = target.with_suffix(f".{id(source)}.tmp")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        written.append(target)
    return written
