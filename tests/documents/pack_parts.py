"""Parts of packs made up from the models of the format, as hostile as they allow: for round trips."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from tongchou.programmes.model_walk import bare
from tongchou.programmes.pack_format import OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.packs import Mark, OverlayFolder, PackFolder, Source
from tongchou.programmes.parts import fields, item_model, name_key, part_model
from tongchou.programmes.yaml_reading import unfit

ODD = [
    "2023", "000000", "2023-07-30", "07-30", "true", "null", "否", "=1+1", "+1", "-1", "@x", "'x", "（空）", "（续）", "（空文字）",
    "\\", "\\n", "\\u0041", '"', "全角　空格", "a\nb", "a\n\n  b\n", "# x", "\n\n## 节", "_x000D_", "x\r\ny", "x\u2028y",
    "a: b", "- a", "[a]", "{a", "x,y", "a、b", "1e3", "1_000", "😀", "~", "长" * 17_000,
]  # fmt: skip


def _fit(text: str) -> bool:
    return not unfit(text)


TEXT = st.sampled_from(ODD) | st.text(max_size=8).filter(_fit)


def texts(meta: list[Any]) -> st.SearchStrategy[str]:
    pattern = next((m.pattern for m in meta if getattr(m, "pattern", None)), None)
    least = max((m.min_length or 0 for m in meta if isinstance(m, StringConstraints | MinLen)), default=0)
    most = min(
        (m.max_length or 10**9 for m in meta if isinstance(m, StringConstraints | MaxLen)), default=10**9
    )
    found = st.from_regex(pattern, fullmatch=True).filter(lambda text: not unfit(text)) if pattern else TEXT
    return found.filter(lambda text: least <= len(text.strip()) and len(text) <= most)


def numbers(kind: type, meta: list[Any]) -> st.SearchStrategy[float]:
    least = next(
        (m.ge for m in meta if isinstance(m, Ge)), next((m.gt for m in meta if isinstance(m, Gt)), None)
    )
    most = next((m.le for m in meta if isinstance(m, Le)), None)
    if kind is int:
        return st.integers(-(10**17) if least is None else least, 10**17 if most is None else most)
    open_below = any(isinstance(m, Gt) for m in meta)
    return st.floats(least, most, exclude_min=open_below, allow_nan=False, allow_infinity=False)


def flat(annotation: Any, meta: list[Any]) -> tuple[Any, list[Any]]:
    """The bare type and all that constrains it."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        for found in more:
            meta = [*meta, *(found.metadata if isinstance(found, FieldInfo) else [found])]
        return flat(inner, meta)
    options = [option for option in get_args(annotation) if option is not type(None)]
    if type(None) in get_args(annotation) and len(options) == 1:
        return flat(options[0], meta)
    return annotation, meta


def values(annotation: Any, meta: list[Any], depth: int) -> st.SearchStrategy[Any]:
    kind, meta = flat(annotation, meta)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is list:
        least = max((m.min_length for m in meta if isinstance(m, MinLen)), default=0)
        model = item_model(kind)
        unique = (
            (lambda item: item[name_key(model)])
            if model and name_key(model) in {"code", "id", "value"}
            else None
        )
        return st.lists(
            values(get_args(kind)[0], [], depth + 1), min_size=least, max_size=2, unique_by=unique
        )
    if model := part_model(kind):
        return parts(model, depth)
    if kind is bool:
        return st.booleans()
    if kind is date:
        return st.dates().map(date.isoformat)
    return texts(meta) if kind is str else numbers(kind, meta)


def parts(model: type[BaseModel], depth: int = 0, **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Data of a part: what it must have, and some of what it may."""
    known = {
        key: info for key, info in fields(model) if depth < 4 or bare(info.annotation) is not list[model]
    }
    needed = [key for key, info in known.items() if info.is_required()]
    others = [key for key in known if key not in needed]
    some = st.sets(st.sampled_from(others), max_size=4) if others else st.just(set())

    def filled(chosen: set[str]) -> st.SearchStrategy[dict[str, Any]]:
        keys = [key for key in known if key in chosen or key in needed]
        return st.fixed_dictionaries(
            {
                key: st.just(fixed[key])
                if key in fixed
                else values(known[key].annotation, known[key].metadata, depth)
                for key in [*keys, *(key for key in fixed if key not in keys)]
            }
        )

    return some.flatmap(filled)


@st.composite
def packs(draw: st.DrawFn) -> PackFolder:
    """A pack as if read from a folder: nothing is known to be wrong in it, and much is odd."""

    def source(model: type[BaseModel], **fixed: Any) -> Source:
        return Source("x", draw(parts(model, **fixed)), Mark("x"))

    codes = draw(st.lists(st.sampled_from(["a", "2023", "x-1"]), min_size=1, max_size=2, unique=True))
    pack = PackFolder(Path(), source(ProgrammePack), [source(TaskPack, code=code) for code in codes])
    for place in draw(st.lists(st.sampled_from(["000000", "22A001"]), max_size=1)):
        tasks = [source(OverlayTask, code=code) for code in codes[:1]]
        pack.overlays.append(OverlayFolder(place, source(OverlayPack, place=place), tasks))
    return pack
