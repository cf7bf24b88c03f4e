"""What an app shows beside a post that no capture holds: who follows, a group, a profession, what others wrote before.

All of it follows from the story's number alone, so that stories stay the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from benchmarks.screenshots.stories import Story

_One = TypeVar("_One")

_GROUPS = (
    "Forum Warga Kota Contoh",
    "Info Desa Umpama dan Sekitarnya",
    "Paguyuban Pegawai Misal",
    "Jual Beli Kecamatan Ibarat",
)
_ROLES = ("Admin", "Anggota baru", "", "Moderator", "Kontributor teratas")
_HEADLINES = (
    "Kepala Seksi Umum di Instansi Umpama",
    "Analis Kebijakan Muda | Pelayanan Publik | Pengajar",
    "Sekretaris Kecamatan Ibarat",
    "Penata Layanan Operasional di Badan Contoh, alumni Universitas Misal",
)
_BOARDS = ("Kota Contoh", "Desa Umpama", "Pemilu", "Obrolan Santai", "Kabar Instansi")
_TOPICS = (
    "Kabar hari ini, silakan dibagikan",
    "Ada yang sudah baca ini?",
    "Tanya jawab warga",
    "Info terbaru",
)
_MEMBERS = (
    "Bu Sari, Joko Misal, Pak Lurah, Rina, Anda",
    "Bendahara RT, Dewi, Pak Umpama, Anda",
    "Agus Contoh, Bu Ketua, Tono, Wati, Anda",
)
_EARLIER = (
    ("Bu Sari", "Selamat siang bapak ibu, iuran sampah bulan ini jangan lupa ya"),
    ("Dewi", "Besok jadi arisan?"),
    ("Agus Contoh", "Siapa yang tahu nomor tukang ledeng? Pipa di rumah bocor lagi"),
    ("Tono", "Wah ramai sekali di depan"),
)
_OWN = ("Siap, terima kasih infonya", "Iya nanti saya tanyakan dulu", "Oke, noted")
_SENDERS = ("#d0458b", "#2a8f7a", "#c2671d", "#3f7fd0")
_STATUS_GROUNDS = ("#14594a", "#5a2a82", "#8c2f39", "#1f4e79", "#7a4a12", "#3b3f46")
_SECTIONS = ("Daerah", "Politik", "Nasional", "Viral")
_HEADLINES_NEWS = (
    "Unggahan Ini Ramai Dibicarakan, Begini Tanggapan Warganet",
    "Viral di Media Sosial, Pengawas Dalami Sebuah Unggahan",
    "Jadi Sorotan, Isi Unggahan Akun Ini Menuai Pro dan Kontra",
)
_ARTICLES = (
    (
        "KOTA CONTOH, kabarcontoh.example – Jagat maya kembali dihebohkan oleh sebuah kiriman yang tersebar luas di "
        "berbagai grup percakapan. Berikut isi lengkapnya.",
        "Saat dihubungi redaksi, pemilik akun belum memberi jawaban. Sejumlah pengguna lain menyayangkan kiriman itu, "
        "sebagian membelanya.",
    ),
    (
        "Lembaga pengawas membenarkan telah menerima aduan masyarakat. Aduan tersebut disertai tangkapan layar dari "
        "akun berikut ini.",
        "“Kami masih mempelajari dan akan memanggil pihak terkait bila diperlukan,” ujar juru bicara lembaga itu.",
    ),
    (
        "Kiriman yang dimaksud pertama kali terlihat oleh pembaca kami, lalu diteruskan ke meja redaksi untuk "
        "ditelusuri kebenarannya.",
        "Pengamat komunikasi dari Universitas Misal menilai fenomena seperti ini wajar terjadi menjelang masa tenang.",
    ),
)
_QUESTIONS = (
    "Pak, ini beneran? Mohon penjelasannya dong",
    "Menit 2:41 bikin kaget, kok bisa begitu ya",
    "Saya tinggal di sana, kenyataannya lain sekali dengan yang di video",
    "first time watching this channel, thank you for explaining",
)
_PARENTS = (
    ("Dewi Umpama", "dewi_umpama", "Ada yang sudah dengar soal kabar ini? Dari tadi ramai di lini masa"),
    (
        "Agus Contoh",
        "aguscontoh",
        "Mau tanya, ini resmi atau bukan ya? Banyak versi yang beredar dan saya bingung",
    ),
    ("rina", "rina.m", "Can anyone confirm what was said this week?"),
)
_SCENERIES = (
    "linear-gradient(168deg, #ffb46b, #f4687c 32%, #9a4fb0 64%, #2f3b8f)",
    "radial-gradient(120% 70% at 12% 8%, #ffd98a, #ffd98a00 62%), radial-gradient(110% 80% at 95% 34%, #6fd3c5, "
    "#6fd3c500 60%), linear-gradient(200deg, #2b5f8a, #153047 55%, #0d1b2a)",
    "linear-gradient(190deg, #cfe8f7, #8fc0d9 30%, #7fa894 55%, #4c6b4f 78%, #2c3f33)",
    "radial-gradient(90% 60% at 70% 20%, #f7c6d9, #f7c6d900), linear-gradient(140deg, #b9a7f0, #f0a7b8 48%, #f7d9a0)",
    "radial-gradient(80% 55% at 30% 38%, #e8c07a, #c9583faa 45%, #c9583f00), "
    "linear-gradient(155deg, #2f7f8a, #17324d 50%, #4a2350)",
    "radial-gradient(60% 34% at 50% 40%, #7b8cff88, #7b8cff00), linear-gradient(#070b1f, #1b2454 46%, #45306b 76%, "
    "#8a4a6d)",
)
_FRAMINGS = ("full", "framed")
_SPOTS = ("Alun-alun Kota Contoh", "Balai Desa Umpama", "Taman Kecamatan Misal", "Pasar Kelurahan Ibarat")
_SONGS = ("Lagu Pagi – Dewi Umpama", "Suara asli", "Irama Kampung – Orkes Misal", "Senja – Trio Contoh")
_FESTIVALS = (
    "Pekan Foto Umpama",
    "Pameran Warga Kota Contoh",
    "Lomba Potret Misal",
    "Festival Cahaya Ibarat",
)
_PROGRAMMES = ("Obrolan Sore", "Nobar Warga", "Panggung Misal", "Jelajah Kota Contoh")
_BIOS = ("Warga Kota Contoh", "Catatan sehari-hari", "Melayani dan mendengar", "Akun pribadi, bukan resmi")
_LESSONS = ("Diklat Pegawai III", "Kewargaan 8B", "Bimtek Petugas", "Kursus Layanan Publik", "Ekonomi 11-2")
_CHOICES = (
    ("Setuju", "Tidak setuju", "Belum tahu"),
    ("Sudah dengar", "Baru tahu dari sini", "Masih ragu"),
    ("Hadir", "Tidak bisa hadir", "Menyusul"),
    ("Perlu ditanggapi", "Biarkan saja", "Tunggu penjelasan resmi"),
)
_CHANNELS = ("pengumuman", "obrolan-umum", "info-warga", "kabar-kantor")


def surroundings(story: Story) -> dict[str, str]:
    """By the names that layouts use."""
    number = story.number
    followers = 1_207 + 83 * number
    return {
        "followers": f"{followers:,}".replace(",", "."),
        "english_followers": f"{followers / 1000:.1f}K".replace(".0K", "K"),
        "group": _of(_GROUPS, number),
        "role": _of(_ROLES, number),
        "headline": _of(_HEADLINES, number // 2),
        "degree": "ke-2" if number % 3 else "ke-3+",
        "board": _of(_BOARDS, number),
        "topic": _of(_TOPICS, number // 2),
        "topic_number": str(40_013 + 57 * number),
        "tabs": str(number % 23 + 1),
        "members": _of(_MEMBERS, number),
        "earlier_name": _of(_EARLIER, number)[0],
        "earlier_words": _of(_EARLIER, number)[1],
        "own_words": _of(_OWN, number),
        "sender_colour": _of(_SENDERS, number),
        "phone_number": f"+62 899-0000-{number % 10_000:04}",
        "status_ground": _of(_STATUS_GROUNDS, number),
        "section": _of(_SECTIONS, number),
        "headline_news": _of(_HEADLINES_NEWS, number),
        "article_before": _of(_ARTICLES, number)[0],
        "article_after": _of(_ARTICLES, number)[1],
        "asker": f"warga_misal{number % 97}",
        "asker_likes": str(number % 61 + 2),
        "question": _of(_QUESTIONS, number // 2),
        "film_turn": str(number * 47 % 360),
        "parent_name": _of(_PARENTS, number)[0],
        "parent_handle": _of(_PARENTS, number)[1],
        "parent_words": _of(_PARENTS, number)[2],
        "channel": _of(_CHANNELS, number),
        "scenery": _of(_SCENERIES, number),
        "framing": _of(_FRAMINGS, number // 2),
        "spot": _of(_SPOTS, number),
        "song": _of(_SONGS, number // 3),
        "festival": _of(_FESTIVALS, number // 2),
        "programme": _of(_PROGRAMMES, number),
        "bio": _of(_BIOS, number // 2),
        "online": str(number * 7 % 400 + 12),
        "saved": str(number * 13 % 900 + 5),
        "lesson": _of(_LESSONS, number),
        **_poll(number),
        "film_length": f"{number % 17 + 1}:{number % 60:02}",
    }


def _poll(number: int) -> dict[str, str]:
    """A poll's choices, how many chose, and the percents of each: three whole numbers that make a hundred."""
    first = 34 + number * 11 % 43
    second = (100 - first) * (30 + number * 7 % 50) // 100
    choices = _of(_CHOICES, number // 2)
    percents = first, second, 100 - first - second
    turns = ("first", "second", "third")
    return {
        "poll_votes": str(212 + number * 13 % 700),
        **{f"choice_{turn}": choice for turn, choice in zip(turns, choices, strict=True)},
        **{f"poll_{turn}": str(percent) for turn, percent in zip(turns, percents, strict=True)},
    }


def _of(given: Sequence[_One], number: int) -> _One:
    return given[number % len(given)]
