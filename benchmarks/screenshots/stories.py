"""Invented posts in the style of the field, in Indonesian and English, each with the wordings that it has had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

_PLACES = ("Kota Contoh", "Desa Umpama", "Kecamatan Misal", "Kabupaten Contoh", "Kelurahan Ibarat")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = ("Januari", "Februari", "April", "Juni", "Juli", "September", "November")
_TEAMS = ("Paslon A", "Paslon B", "Paslon C", "nomor urut 1", "nomor urut 2", "nomor urut 3")
_OFFICES = ("Dinas Contoh", "Badan Umpama", "Sekretariat Misal", "Kantor Camat", "Puskesmas Ibarat")
_EMOJI = ("", "", "", " 🙏", " 👍🏽", " 🇮🇩", " ✌️", " 😊🙏")

_OPENINGS = (
    "Mari kita dukung {team} pada hari {day}, {date} di {place}.",
    "Hari ini saya hadir di acara {team} bersama {n} warga {place}.",
    "Selamat pagi, kami dari {office} tidak menghadiri kampanye {team} karena ada tugas di {place}.",
    "Rapat kerja {office} dimulai pukul {time} di aula {place}, mohon hadir tepat waktu.",
    "Terima kasih kepada {n} orang yang datang ke {place} pada hari {day}.",
    "Saya {official} menyatakan bukan pendukung {team} dan tetap netral sampai {date}.",
    "Bantuan senilai Rp{money} dari {office} dibagikan di {place} mulai pukul {time}.",
    "Jangan lupa, {day} {date} kita berkumpul di {place} untuk {team}!",
    "Tonight {official} spoke for {team} in front of {n} people at {place}.",
    "We will not take part in the rally of {team} on {date}, said {official}.",
    "The office of {official} received Rp{money} on {date} and has not returned it.",
)
_MIDDLES = (
    "Jangan lupa datang ke TPS {tps} sebelum pukul {time} dan ajak {n} tetangga.",
    "Semua ASN di {office} wajib netral, tidak boleh ikut berkampanye.",
    "Kemarin {official} sudah menyampaikan hal yang sama kepada {n} pegawai.",
    "Anggaran tahun ini Rp{money}, naik {percent} persen dari tahun lalu.",
    "Laporan lengkap menyusul {date}.",
    "Undangan ini belum tentu resmi, mohon dicek dulu ke {office}.",
    "Kami tidak pernah meminta siapa pun memilih {team}.",
    "Everyone who works there was asked to bring {n} friends.",
    "He did not say who paid the Rp{money}.",
    "Foto diambil pukul {time} di depan {place}.",
)
_CLOSINGS = (
    "",
    "Salam sehat untuk semuanya!",
    "#Pilih{tag} #{placetag}",
    "Info: hubungi 08{phone}",
    "Selengkapnya di https://contoh.example/berita/{tps}{n}",
    "Bersama {official} dan @{handle}",
    "Semoga lancar{emoji}",
)


_CHATTER = (
    "Ada yang tahu jadwal bus dari pasar ke terminal hari {day}?",
    "Dijual sepeda bekas, masih bagus, harga Rp{money}, bisa ditawar.",
    "Hujan dari pagi, jalan di dekat jembatan tergenang lagi.",
    "Selamat ulang tahun buat adik tersayang, semoga sehat selalu{emoji}",
    "Kucing saya hilang sejak pukul {time}, warna belang, mohon kabari kalau melihat.",
    "Resep sayur asem ala ibu: kacang panjang, jagung, labu siam, asam jawa secukupnya.",
    "Lost my umbrella on the train this morning, did anyone find it?",
    "Pertandingan semalam seru sekali, skor akhir {percent}.",
    "Info kos putri dekat kampus, {n} ribu sebulan, sudah termasuk air.",
    "Listrik padam lagi sejak pukul {time}, apakah di tempat lain juga?",
)


@dataclass(frozen=True)
class Story:
    """A post with its wordings, oldest first, and what stands around its text."""

    number: int
    name: str
    handle: str
    wordings: tuple[str, ...]
    at: datetime
    likes: int
    comments: int
    shares: int


def stories(seed: int, count: int) -> list[Story]:
    """Different posts, the same for the same seed."""
    return [_story(Random(f"{seed}/{n}"), n) for n in range(count)]


def near_copy(story: Story, random: Random) -> Story:
    """Another account's post of nearly the same words, as campaigns hand them out."""
    first = reworded(story.wordings[0], random)
    other = _story(random, story.number + 100_000)
    return replace(other, wordings=(first,))


def reworded(text: str, random: Random) -> str:
    """An honest later wording: a sentence added, taken away or said otherwise."""
    sentences = text.split("\n")[0].split(". ")
    how = random.randrange(3)
    if how == 0 and len(sentences) > 1:
        del sentences[random.randrange(1, len(sentences))]
    elif how == 1:
        sentences.insert(
            random.randrange(1, len(sentences) + 1), _filled(random.choice(_MIDDLES), random).rstrip(".")
        )
    else:
        sentences[0] = _filled(random.choice(_OPENINGS), random).rstrip(".")
    return ". ".join(sentences)


def chatter(random: Random) -> tuple[str, str]:
    """Name and text of what somebody else wrote, of other things than any story."""
    return f"Warga {random.randrange(1, 1000)}", _filled(random.choice(_CHATTER), random)


def _story(random: Random, number: int) -> Story:
    official = f"{random.randrange(1, 100):02}"
    wordings = [_text(random)]
    while random.random() < 0.45 and len(wordings) < 5:
        later = reworded(wordings[-1], random)
        if later not in wordings:
            wordings.append(later)
    return Story(
        number=number,
        name=f"{random.choice(('Pejabat', 'Camat', 'Kadis', 'Lurah', 'Staf'))} {official}",
        handle=f"{random.choice(('pejabat', 'camat', 'kadis', 'lurah', 'staf'))}{official}_{random.choice('abcdefgh')}",
        wordings=tuple(wordings),
        at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(500_000)),
        likes=int(10 ** random.uniform(0, 5)),
        comments=int(10 ** random.uniform(0, 3.5)),
        shares=int(10 ** random.uniform(0, 3.5)),
    )


def _text(random: Random) -> str:
    middles = random.sample(_MIDDLES, random.randrange(0, 4))
    parts = [random.choice(_OPENINGS), *middles, random.choice(_CLOSINGS)]
    return " ".join(_filled(part, random) for part in parts if part)


_SLOTS: dict[str, Callable[[Random], object]] = {
    "team": lambda r: r.choice(_TEAMS),
    "tag": lambda r: r.choice(("PaslonA", "PaslonB", "Nomor1", "Nomor2")),
    "place": lambda r: r.choice(_PLACES),
    "placetag": lambda r: r.choice(_PLACES).replace(" ", ""),
    "office": lambda r: r.choice(_OFFICES),
    "official": lambda r: f"Pejabat {r.randrange(1, 100):02}",
    "handle": lambda r: f"pejabat{r.randrange(1, 100):02}",
    "day": lambda r: r.choice(_DAYS),
    "date": lambda r: f"{r.randrange(1, 29)} {r.choice(_MONTHS)} {r.choice((2023, 2024))}",
    "time": lambda r: f"{r.randrange(7, 22):02}.{r.choice((0, 15, 30, 45)):02}",
    "n": lambda r: f"{int(10 ** r.uniform(1, 3.7)):,}".replace(",", "."),
    "money": lambda r: f"{r.randrange(1, 990) * 1_000_000:,}".replace(",", "."),
    "percent": lambda r: f"{r.randrange(1, 60)},{r.randrange(10)}",
    "tps": lambda r: r.randrange(1, 60),
    "phone": lambda r: f"{r.randrange(10**8, 10**9)}",
    "emoji": lambda r: r.choice(_EMOJI),
}


def _filled(template: str, random: Random) -> str:
    return template.format_map(
        {name: make(random) for name, make in _SLOTS.items() if f"{{{name}}}" in template}
    )
