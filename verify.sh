#!/bin/sh
# verify.sh: a second opinion on an evidentia bundle, from docs/format.md alone.
#
# It shares nothing with the Python verifier. It uses a POSIX shell, awk, find, coreutils (sha256sum) and
# OpenSSL 3, reads only, and runs, sources or unpacks nothing of the bundle. What it cannot see is listed in
# docs/verdict-codes.md. Extract a ZIP into a folder first. It travels with the project, never with a bundle.
#
# usage: verify.sh [-h HEAD] [-s OLD_FOLDER] BUNDLE_FOLDER SIGNER_ROOTS.pem TSA_ROOTS.pem
# exit: 0 PASSED, 1 FAILED, 2 usage or a tool failed (no verdict), 3 INDETERMINATE
# shellcheck disable=SC2016,SC2094 # awk programs stand in single quotes; cmp and tr both read, none writes
set -u
LC_ALL=C
OPENSSL_CONF=/dev/null # neither the machine's configuration nor its trust store may change a verdict
export LC_ALL OPENSSL_CONF
unset CDPATH SSL_CERT_FILE SSL_CERT_DIR SSL_CERT_URI POSIXLY_CORRECT GREP_OPTIONS
umask 077

usage() {
    [ $# -eq 0 ] || printf 'verify.sh: %s\n' "$1" >&2
    printf 'usage: verify.sh [-h HEAD] [-s OLD_FOLDER] BUNDLE_FOLDER SIGNER_ROOTS.pem TSA_ROOTS.pem\n' >&2
    exit 2
}

absolute() { # a file's path from the root, with no meaning as an option
    case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s/%s\n' "$(pwd)" "$1" ;; esac
}

head_given='' old=''
while getopts h:s: option; do
    case $option in h) head_given=$OPTARG ;; s) old=$(absolute "$OPTARG") ;; *) usage ;; esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] || usage
signer_roots=$(absolute "$2") tsa_roots=$(absolute "$3")
for program in awk base64 cmp comm find od openssl sha1sum sha256sum sha384sum sha512sum sort xargs; do
    command -v "$program" >/dev/null || usage "$program is not installed"
done
openssl x509 -in "$signer_roots" -noout 2>/dev/null || usage 'SIGNER_ROOTS.pem holds no certificate'
openssl x509 -in "$tsa_roots" -noout 2>/dev/null || usage 'TSA_ROOTS.pem holds no certificate'
[ -z "$old" ] || [ -d "$old" ] || usage 'OLD_FOLDER is not a folder'
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
export T # awk programs write their tables there
trap 'exit 2' HUP INT TERM
cd -- "$1" 2>/dev/null || usage 'BUNDLE_FOLDER is not a folder'

# Whatever a tool complains about is kept: where one has failed, there is no verdict.
exec 3>&2 2>"$T/errors"
end() { # a shell that gave up in the middle has no verdict, and says so
    ended=$?
    if [ -z "$given" ]; then
        cat "$T/errors" >&3
        printf 'verify.sh: a tool failed on this machine; there is no verdict\n' >&3
        ended=2
    fi
    rm -rf "$T"
    exit "$ended"
}
given=''
trap end EXIT
held() { # NAME STATUS HIGHEST: a tool in the middle of a pipeline must not fail unheard
    [ "$2" -le "$3" ] || printf '%s ended with %s\n' "$1" "$2" >&2
    return "$2"
}
awk() { command awk -v OFMT=%.0f -v CONVFMT=%.0f "$@" || held awk $? 1; } # 1: our own programs refuse what they read
comm() { command comm "$@" || held comm $? 0; }
cut() { command cut "$@" || held cut $? 0; }
sed() { command sed "$@" || held sed $? 0; }
sort() { command sort "$@" || held sort $? 0; }

# Faults are lines "CODE path: text" of a file, so that awk programs and subshells can add to it.
: >"$T/faults"
fault() { printf '%s %s: %s\n' "$1" "$2" "$3" >>"$T/faults"; }
verdict() {
    # SIGNER_NOT_TRUSTED and the like are not proof of tampering: they leave the question open (exit 3).
    open='^(UNSEALED_FILE|COUNTERSIGNATURE_PENDING|PDF_SIGNATURE_NOT_CHECKED|SIGNER_NOT_TRUSTED|TIMESTAMP_PENDING'
    open="$open|REVOCATION_LATE|TSA_NOT_TRUSTED|TSA_EXPIRED|TIMESTAMP_AHEAD|CLOCK_BEHIND|CLOCK_AHEAD|EVENT_PREPARED|NOT_EXPORTED) "
    [ ! -s "$T/errors" ] || exit 2
    given=yes
    sort -u "$T/faults"
    [ -s "$T/faults" ] || { echo PASSED && exit 0; }
    if awk -v open="$open" '$0 !~ open { failed = 1 } END { exit failed }' "$T/faults"; then echo INDETERMINATE && exit 3; fi
    echo FAILED && exit 1
}
sha() { sha256sum <"$1" | cut -c 1-64; }
there() { [ -f "$1" ]; } # links have been refused before this is asked

# ---- Names: before anything is read. A bundle with a hostile name is not looked at further.

walk() { # everything but the working folder of a live case
    find . \( -path ./.evidentia -type d -prune \) -o ! -name . "$@" -print
}
printable() { tr -c 'A-Za-z0-9._/\n-' '?' | sed 's,^\./,,'; }
walk \( ! -type f ! -type d -o -path '*[!A-Za-z0-9._/-]*' -o -path '*/.*' \) >"$T/refused" 2>/dev/null ||
    fault ARCHIVE_UNREADABLE . 'a folder cannot be read'
if [ -s "$T/refused" ]; then
    walk ! -type f ! -type d | printable | while read -r name; do
        fault LINK_OR_DEVICE "$name" 'neither a file nor a folder'
    done
    walk \( -type f -o -type d \) \( -path '*[!A-Za-z0-9._/-]*' -o -path '*/.*' \) | printable | while read -r name; do
        case $name in data/*) code=NAME_REFUSED ;; *) code=UNKNOWN_FILE ;; esac
        fault "$code" "$name" 'a character that is not allowed, or a leading dot'
    done
fi
[ ! -s "$T/faults" ] || verdict
walk -type f | sed 's,^\./,,' | sort >"$T/files"
walk | sed 's,^\./,,' | sort >"$T/names" # of folders too: two of them become one, and an empty one has a name to show
segment_awk='
function segment(s) { return length(s) <= 100 && s ~ /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/ && !device(s) }
function device(s) { sub(/\..*/, "", s); return tolower(s) ~ /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/ }'
awk -F/ "$segment_awk"'
    { for (i = 1; i <= NF; i++) if (!segment($i)) { print ($1 == "data" ? "NAME_REFUSED " : "UNKNOWN_FILE ") $0 ": a segment that is over 100 characters, or a device on Windows"; break } }
    tolower($0) in seen { print "NAMES_COLLIDE " $0 ": one name with " seen[tolower($0)] " on some file systems" }
    { seen[tolower($0)] = $0 }' "$T/names" >>"$T/faults"
[ ! -s "$T/faults" ] || verdict

if [ -d .evidentia ] && [ -e .evidentia/prepared ]; then
    fault EVENT_PREPARED .evidentia/prepared 'an event waits for a signature that is made elsewhere'
fi

# What each path is: kind, number, who, what it stamps, path.
kinds_awk='
function six(s) { return s ~ /^[0-9][0-9][0-9][0-9][0-9][0-9]$/ && s != "000000" }
function stamp(s) { return s == ".tsr" || s ~ /^\.([2-9]|[1-9][0-9])\.tsr$/ }
function slug(s) { return s ~ /^[a-z0-9-]+$/ && length(s) <= 32 }
function is(what, by, stamps) { kind = what; who = by; over = stamps }
function custody(name, items,   rest, at, by, end) {
    number = substr(name, 1, 6); rest = substr(name, 7)
    if (!six(number)) return
    if (!items && rest == ".json") { is("event", "-", "-"); return }
    if (substr(rest, 1, 7) != ".sha256") return
    rest = substr(rest, 8)
    if (rest == "") { is(items ? "record" : "seal", "-", "-"); return }
    if (items) { if (stamp(rest)) is("token", "-", "custody/items/" number ".sha256"); return }
    rest = substr(rest, 2); at = index(rest, ".")
    by = substr(rest, 1, at - 1); end = substr(rest, at)
    if (!at || !slug(by) || end !~ /^\.(p7s|pdf)/) return
    if (length(end) == 4) { is(end == ".p7s" ? "signature" : "pdf", by, "-"); return }
    if (stamp(substr(end, 5))) is("token", by, "custody/" number ".sha256." by substr(end, 1, 4))
}
function classify(path,   n, part) { # sets kind, number, who and over
    n = split(path, part, "/"); number = "-"; is("unknown", "-", "-")
    if (n == 1 && path ~ /^(index\.html|bag-info\.txt|bagit\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt)$/) kind = "derived"
    if (n > 2 && part[1] == "data" && six(part[2])) { number = part[2]; kind = "data" }
    if (n == 2 && part[1] == "trust" && part[2] ~ /^[0-9a-f]+\.(cer|crl|ocsp)$/ && index(part[2], ".") == 65) kind = "trust"
    if (n == 2 && part[1] == "custody") custody(part[2], 0)
    if (n == 3 && part[1] == "custody" && part[2] == "items") custody(part[3], 1)
    if (kind == "unknown") number = "-"
}'
awk "$kinds_awk"'{ classify($0); print kind "\t" number "\t" who "\t" over "\t" $0 }' "$T/files" >"$T/kinds"
awk -F'\t' '$1 == "unknown" { print ($5 ~ /^data\// ? "NAME_REFUSED " : "UNKNOWN_FILE ") $5 ": the format knows no such file" }' "$T/kinds" >>"$T/faults"
of_kind() { awk -F'\t' -v kind="$1" '$1 == kind { print $5 }' "$T/kinds"; }

# Every file is hashed and measured once; all that follows compares with these two tables.
over_all() { # TOOL...: run over all files, many at a time; what cannot be read has no line
    [ ! -s "$T/files" ] || xargs -n 1000 "$@" -- <"$T/files" 2>/dev/null
}
over_all sha256sum >"$T/sums"
over_all wc -c >"$T/sizes" # with lines of totals between
cut -c 67- "$T/sums" | comm -23 "$T/files" - | while read -r path; do
    fault ARCHIVE_UNREADABLE "$path" 'cannot be read'
done

# ---- Events: strict canonical JSON of the one shape that the format allows.

# Parses events and prints "number<TAB>path<TAB>raw string". Strings are kept in their escaped form, in which the
# format leaves only \" \\ and \n, so that no value can break a line or a column. The first fault of an event counts;
# what is read behind it does no harm.
event_awk='
function fail(why) { if (bad == "") bad = why }
function string(   start, c) {
    if (substr(text, p, 1) != "\"") fail("a string is expected")
    start = ++p
    while ((c = substr(text, p, 1)) != "\"") {
        if (c == "") { fail("a string does not end"); break }
        if (c == "\\") { c = substr(text, ++p, 1); if (c != "\"" && c != "\\" && c != "n") fail("a control character or a needless escape") }
        p++
    }
    p++
    return substr(text, start, p - 1 - start)
}
function leaf(path, type, value) { kind[path] = type; val[path] = value; order[++leaves] = path }
function value(path, depth,   c, key, last, n) {
    if (depth > 4) { fail("nested too deeply"); return }
    c = substr(text, p, 1)
    if (c == "\"") { leaf(path, "text", string()); return }
    if (c ~ /[1-9]/) {
        n = p
        while (substr(text, p, 1) ~ /^[0-9]$/) p++
        if (p - n > 6) fail("a number of over six digits")
        leaf(path, "number", substr(text, n, p - n)); return
    }
    if (c != "{" && c != "[") { fail("a value that no event has"); return }
    p++
    if (substr(text, p, 1) == (c == "{" ? "}" : "]")) { p++; leaf(path, c == "{" ? "object" : "array", ""); return }
    last = ""
    for (n = 0; ; n++) {
        if (c == "{") {
            key = string()
            if (key !~ /^[a-z_]+$/) fail("a field that no event has")
            if (key "" <= last "") fail("fields are not sorted, or one stands twice")
            last = key
            if (substr(text, p++, 1) != ":") fail("a colon is expected")
        } else key = n
        value(path == "" ? key : path "." key, depth + 1)
        p++
        if (substr(text, p - 1, 1) == (c == "{" ? "}" : "]")) break
        if (substr(text, p - 1, 1) != ",") fail("a comma is expected")
        if (bad != "") return
    }
    if (c == "[") count[path] = n + 1
}
function need(path, type) { if (kind[path] != type) fail(path " is missing or of another type"); used++ }
function words(path, longest, least,   s) {
    need(path, "text"); s = val[path]
    gsub(/\\[\\"n]/, "x", s); gsub(/[\200-\277]/, "", s)
    if (length(s) > longest || length(s) < least) fail(path " is too long or empty")
}
function hex(path) { need(path, "text"); if (length(val[path]) != 64 || val[path] ~ /[^0-9a-f]/) fail(path " is not a SHA-256") }
function slug(path) { need(path, "text"); if (val[path] !~ /^[a-z0-9-]+$/ || length(val[path]) > 32) fail(path " is not a short name") }
function list(path) { if (kind[path] == "array") { used++; return 0 } if (!count[path]) fail(path " is not a list"); return count[path] }
function refs(path,   i, n, last) {
    n = list(path); last = 0
    for (i = 0; i < n; i++) {
        need(path "." i ".item", "number"); hex(path "." i ".record")
        if (val[path "." i ".item"] + 0 <= last) fail(path " is not numbered upwards")
        last = val[path "." i ".item"] + 0
    }
    return n
}
function days(y, m) { return m == 2 ? 28 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) : 30 + (m == 1 || m == 3 || m == 5 || m == 7 || m == 8 || m == 10 || m == 12) }
function moment(t) {
    if (t !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z$/) fail("time is not UTC in whole seconds")
    split(t, d, /[-T:Z]/)
    if (d[1] < 1 || d[2] < 1 || d[2] > 12 || d[3] < 1 || d[3] > days(d[1], d[2]) || d[4] > 23 || d[5] > 59 || d[6] > 59) fail("no such time")
}
function zone(z) {
    if (z ~ /^[+-][0-9][0-9]:[0-9][0-9]$/) { if (substr(z, 2, 2) > "14" || substr(z, 5) > "59") fail("no such zone") }
    else if (length(z) > 200 || z !~ /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)?(\/[A-Za-z0-9_+-]+)?$/) fail("not a zone")
}
function details(type,   i, n, last) {
    if (type == "open") words("details.title", 200, 1)
    else if (type == "admit") slug("details.admitted")
    else if (type == "rekey") { slug("details.by"); slug("details.replaced") }
    else if (type == "transfer") { n = list("details.to"); if (!n) fail("details.to is empty"); for (i = 0; i < n; i++) slug("details.to." i) }
    else if (type == "receive") { need("details.outcome", "text"); if (val["details.outcome"] !~ /^(accepted|refused)$/) fail("details.outcome"); need("details.transfer", "number") }
    else if (type == "examine") { n = list("details.examined"); last = 0; for (i = 0; i < n; i++) { need("details.examined." i, "number"); if (val["details.examined." i] + 0 <= last) fail("details.examined"); last = val["details.examined." i] + 0 } }
    else if (type == "derive") need("details.original", "number")
    else if (type == "note") words("details.text", 4000, 0)
    else if (type == "status") words("details.status", 200, 1)
    else if (type == "export") { hex("details.index"); refs("details.withheld") }
    else if (type == "disclose") refs("details.may_withhold")
    else if (type ~ /^(acquire|report|timestamp|renew|close)$/) need("details", "object")
    else fail("a type that the format does not know")
}
function utf8(s) { # what is left when every well-formed sequence is gone
    gsub(/[\302-\337][\200-\277]|\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277][\200-\277]|\355[\200-\237][\200-\277]|\360[\220-\277][\200-\277][\200-\277]|[\361-\363][\200-\277][\200-\277][\200-\277]|\364[\200-\217][\200-\277][\200-\277]/, "", s)
    return s !~ /[\200-\377]/
}
function fetch(path,   row, rows) { # sets text: an event is one line without an end, so lines and size tell of others
    text = ""
    if (size[path] > 1048576) { fail("larger than 1 MiB"); return }
    while ((getline row <path) > 0) if (!rows++) text = row
    close(path)
    if (rows > 1 || length(text) != size[path] || text ~ /[\001-\037\177]/) fail("a line break or control character")
    if (!utf8(text)) fail("not UTF-8")
    if (text ~ /\302[\200-\237]/) fail("a control character")
}
function judge(number,   i, n, a, type) {
    p = 1; value("", 0)
    if (p != length(text) + 1) fail("something follows the event")
    need("format", "number"); if (val["format"] != 1) fail("another format version")
    need("event", "number"); if (val["event"] != number + 0) fail("it says that it is another event")
    need("case", "text"); if (val["case"] !~ /^[a-z0-9][a-z0-9-]*$/ || length(val["case"]) > 64) fail("not a case id")
    need("type", "text"); type = val["type"]
    need("time", "text"); moment(val["time"]); need("zone", "text"); zone(val["zone"])
    words("place", 4000, 0); words("reason", 4000, 0); words("authority", 4000, 0)
    words("tool.name", 200, 0); words("tool.version", 200, 0)
    n = list("changes"); for (i = 0; i < n; i++) { words("changes." i ".what", 4000, 0); words("changes." i ".why", 4000, 0) }
    n = list("actors"); if (n < 1 || n > 32) fail("1 to 32 actors are allowed")
    for (i = 0; i < n; i++) {
        a = "actors." i "."
        slug(a "who"); hex(a "certificate"); words(a "name", 200, 1); words(a "role", 200, 0); words(a "organisation", 200, 0)
        if (seen["w" val[a "who"]]++ || seen["c" val[a "certificate"]]++) fail("an actor stands twice")
    }
    n = refs("items")
    if (n > 10000 || n && type !~ /^(acquire|derive|report|examine)$/ || !n && type ~ /^(acquire|derive|report)$/) fail("items in an event that has none, or none where one must be")
    details(type)
    if (used != leaves) fail("a field that the format does not know")
}
FILENAME ~ /\/sizes$/ { split($0, w, " "); size[w[2]] = w[1] + 0; next }
{
    split("", kind); split("", val); split("", order); split("", count); split("", seen); leaves = used = 0; bad = ""
    fetch("custody/" $1 ".json")
    if (bad == "") judge($1)
    if (bad != "") { print "EVENT_MALFORMED custody/" $1 ".json: " bad >>(ENVIRON["T"] "/faults"); next }
    for (i = 1; i <= leaves; i++) print $1 "\t" order[i] "\t" val[order[i]]
}'

awk -F'\t' '$1 == "event" { print $2 }' "$T/kinds" >"$T/numbers"
[ -s "$T/numbers" ] || fault NO_EVENTS custody 'there is no event'
awk -F'\t' '($1 ~ /^(event|seal|signature|pdf)$/ || $1 == "token" && $3 != "-") && $2 + 0 > last { last = $2 + 0 }
    $1 == "event" { have[$2 + 0] = 1 }
    END { for (n = 1; n <= last; n++) if (!have[n]) { printf "EVENT_MISSING custody/%06d.json: not there, and something later is\n", n; while (n < last && !have[n + 1]) n++ } }' \
    "$T/kinds" >>"$T/faults"
awk "$event_awk" "$T/sizes" "$T/numbers" >"$T/events"

# Tables: type (event, type), actors (event, who, certificate), items (item, record, event), lists (event, item, record:
# what may be or is withheld), withheld (item, record: by the last export), headers (event, a line of its seal's header).
for name in types actors items lists withheld headers; do : >"$T/$name"; done
awk -F'\t' '
function to(name) { return ENVIRON["T"] "/" name }
function flush(   i, j, t) {
    if (n == "") return
    print n " " type >to("types")
    print n "\t# evidentia seal 1 case=" case_id " event=" (n + 0) " type=" type >to("headers")
    for (i = 1; i <= k; i++) for (j = i; j > 1 && line[j] "" < line[j - 1] ""; j--) { t = line[j]; line[j] = line[j - 1]; line[j - 1] = t }
    for (i = 1; i <= k; i++) print n "\t" line[i] >to("headers")
    if (type == "export") {
        for (i = 1; i <= w; i++) print n "\t# withheld " listed[i] >to("headers")
        absent = ""; for (i = 1; i <= w; i++) absent = absent listed[i] "\n"
    }
    if (type == "export" || type == "disclose") for (i = 1; i <= w; i++) print n " " listed[i] >to("lists")
}
$1 != n { flush(); n = $1; k = w = 0 }
$2 == "case" {
    case_id = $3; if (first == "") first = $3
    if ($3 != first) print "EVENT_OF_OTHER_CASE custody/" $1 ".json: the first event is of another case"
}
$2 == "time" { if ($3 "" < time "") print "CLOCK_BEHIND custody/" $1 ".json: claims a time before that of the event before it"; time = $3 }
$2 == "type" { type = $3 }
$2 ~ /^actors\.[0-9]+\.certificate$/ { certificate = $3 }
$2 ~ /^actors\.[0-9]+\.who$/ { line[++k] = "# signer " $3 " " certificate; print n, $3, certificate >to("actors") }
$2 ~ /^items\.[0-9]+\.item$/ || $2 ~ /^details\.(withheld|may_withhold)\.[0-9]+\.item$/ { item = $3 }
$2 ~ /^items\.[0-9]+\.record$/ { printf "%06d %s %s\n", item, $3, n >to("items") }
$2 ~ /^details\.(withheld|may_withhold)\.[0-9]+\.record$/ { listed[++w] = sprintf("%06d %s", item, $3) }
$2 == "details.index" { page = $3 }
END { flush(); printf "%s", absent >to("withheld"); print first "|" n "|" case_id "|" type "|" time "|" page >to("facts") }' "$T/events" >>"$T/faults"
IFS='|' read -r case_id read_last last_case last_type last_time index_page <"$T/facts"
last=$(tail -n 1 "$T/numbers")
[ "$read_last" = "$last" ] || last_type='' # the last event is malformed

# ---- Custody: who may add what (the table of docs/format.md).

awk -F'\t' '
function fault(code, text) { print code " custody/" n ".json: " text; broken = 1 }
function holds(i) { return (who[n, i] " " cert[n, i]) in holder }
function receives(i) { return (who[n, i] " " cert[n, i]) in receiver }
function named(name,   h, w) { for (h in holder) { split(h, w, " "); if (w[1] == name) return 1 } return 0 }
function clear(set,   k) { for (k in set) delete set[k] }
function others_hold(i) { for (i = 0; i < actors[n]; i++) if (!holds(i)) return 0; return 1 }
function newcomer(name,   i, found, rest) {
    for (i = 0; i < actors[n]; i++) if (who[n, i] == name) found++; else { rest++; if (!holds(i)) return 0 }
    return found == 1 && rest && !named(name)
}
function sends(   i, k, found, rest) {
    for (k = 0; k < tos[n]; k++) { found = 0; for (i = 0; i < actors[n]; i++) if (who[n, i] == to[n, k]) found = 1; if (!found) return 0 }
    for (i = 0; i < actors[n]; i++) if (!((n, who[n, i]) in is_to)) { rest++; if (!holds(i)) return 0 }
    return rest
}
function answers(i) { for (i = 0; i < actors[n]; i++) if (!(accepted() ? receives(i) : holds(i))) return 0; return 1 }
function accepted() { return d[n, "outcome"] == "accepted" }
function judge(   t, i, k, h, w) {
    t = type[n]; broken = 0
    if (t == "open") { if (events) fault("EVENT_OUT_OF_PLACE", "a second open") }
    else if (!events) fault("EVENT_OUT_OF_PLACE", "comes before open")
    else if (t == "receive") { if (!waiting || d[n, "transfer"] + 0 != waiting) fault("EVENT_OUT_OF_PLACE", "answers no transfer that waits") }
    else if (t != "export") {
        if (waiting) fault("EVENT_OUT_OF_PLACE", "a transfer waits for its answer")
        else if (closed && t !~ /^(disclose|timestamp|renew|transfer)$/) fault("EVENT_OUT_OF_PLACE", "the case is closed")
    }
    if (t == "receive" ? !(accepted() ? receives(0) : holds(0)) : t != "open" && !holds(0)) fault("NOT_CUSTODIAN", who[n, 0] " does not hold custody here")
    if (t == "open") i = 1
    else if (t == "admit") i = newcomer(d[n, "admitted"])
    else if (t == "rekey") i = newcomer(d[n, "by"]) && named(d[n, "replaced"])
    else if (t == "transfer") i = sends()
    else if (t == "receive") i = answers()
    else i = others_hold()
    if (!i) fault("ACTORS_WRONG", "someone signs who has no part in it, or one who has is not named")
    events++
    if (broken) return
    if (t == "open") for (i = 0; i < actors[n]; i++) holder[who[n, i] " " cert[n, i]]
    if (t == "rekey") for (h in holder) { split(h, w, " "); if (w[1] == d[n, "replaced"]) delete holder[h] }
    if (t == "admit" || t == "rekey") for (i = 0; i < actors[n]; i++) if (who[n, i] == d[n, t == "admit" ? "admitted" : "by"]) holder[who[n, i] " " cert[n, i]]
    if (t == "transfer") { waiting = n + 0; for (i = 0; i < actors[n]; i++) if ((n, who[n, i]) in is_to) receiver[who[n, i] " " cert[n, i]] }
    if (t == "receive") { if (accepted()) { clear(holder); for (k in receiver) holder[k] } clear(receiver); waiting = 0 }
    if (t == "close") closed = 1
}
$1 != n { if (n != "") judge(); n = $1 }
{ k = split($2, part, ".") }
part[1] == "actors" && part[3] == "who" { who[n, part[2]] = $3; actors[n]++ }
part[1] == "actors" && part[3] == "certificate" { cert[n, part[2]] = $3 }
part[1] == "details" && part[2] == "to" { to[n, part[3]] = $3; is_to[n, $3]; tos[n]++ }
part[1] == "details" && k == 2 { d[n, part[2]] = $3 }
$2 == "type" { type[n] = $3 }
END { if (n != "") judge() }' "$T/events" >>"$T/faults"

# ---- Seals and records: ordinary checksum files, of strict grammar.

# Reads all of them: sealed (digest, path, seal), listed (digest, path, record). The first fault of a file counts.
lines_awk='
function refuse(why) { if (bad == "") bad = why }
function evidence(path,   i, k, part) {
    k = split(path, part, "/")
    for (i = 1; i <= k; i++) if (!segment(part[i])) return 0
    return k > 0
}
function fetch(path, inside,   row, last, octets) { # sets lines, digest[], name[], header
    lines = octets = 0; header = bad = last = ""
    while ((getline row <path) > 0) {
        octets += length(row) + 1
        if (row ~ /[\r\200-\377]/) { refuse("a byte that is not plain ASCII"); break }
        if (row ~ /^#/) {
            if (lines) { refuse("a header line below the lines"); break }
            header = header row "\n"; if (row !~ /^# /) refuse("a header line without a blank")
            continue
        }
        digest[++lines] = substr(row, 1, 64); name[lines] = substr(row, 67)
        if (digest[lines] ~ /[^0-9a-f]/ || substr(row, 65, 2) != "  " || !evidence(name[lines])) { refuse("not a checksum line"); break }
        if (name[lines] "" <= last "") { refuse("not sorted, or a path stands twice"); break }
        if (name[lines] !~ inside) { refuse("a path that does not belong here"); break }
        last = name[lines]
    }
    close(path)
    if (!lines) refuse("no checksum line")
    if (octets != size[path]) refuse("no final newline") # the lines with one each are not what was measured
    if (size[path] > 67108864) refuse("larger than 64 MiB")
}
function put(table,   i) { for (i = 1; i <= lines; i++) print digest[i], name[i], $2 >(ENVIRON["T"] "/" table) }
FILENAME ~ /\/sizes$/ { split($0, w, " "); size[w[2]] = w[1] + 0; next }
FILENAME ~ /\/headers$/ { wanted[$1] = wanted[$1] $2 "\n"; next }
$1 == "seal" {
    if (!($5 in size)) next # it cannot be read, and that was said
    fetch($5, "^(custody|trust)/"); if (header == "") refuse("no header")
    if (bad != "") { print "SEAL_MALFORMED " $5 ": " bad; next }
    put("sealed")
    if (($2 in wanted) && header != wanted[$2]) print "SEAL_HEADER_DIFFERS " $5 ": the header says something else than the event"
}
$1 == "record" {
    if (!($5 in size)) next
    fetch($5, "^data/" $2 "/")
    if (header !~ /^# salt [0-9a-f]+\n$/ || length(header) != 40) refuse("the one header line is not \"# salt \" and 32 hex digits")
    if (bad != "") { print "RECORD_MALFORMED " $5 ": " bad > (ENVIRON["T"] "/malformed"); next }
    put("listed")
}'
: >"$T/sealed" && : >"$T/listed" && : >"$T/malformed"
awk -F'\t' "$segment_awk$lines_awk" "$T/sizes" "$T/headers" "$T/kinds" >>"$T/faults"

gone_awk='
function gone(path) { return path ~ /^custody\/items\// && (substr(path, 15, 6) in withheld) } # a record or its token
FILENAME ~ /\/withheld$/ { withheld[$1] = $2; next }
FILENAME ~ /\/sums$/ { sum[substr($0, 67)] = substr($0, 1, 64); next }'
awk "$kinds_awk$gone_awk"'
function fault(code, text) { print code " custody/" n ".sha256: " text }
FILENAME ~ /\/items$/ { p = "custody/items/" $1 ".sha256"; brings[$3, p]; want[$3] = want[$3] " " p; named[$3, p] = $2; next }
FILENAME ~ /\/files$/ { there[$1]; next }
FILENAME ~ /\/numbers$/ { order[++events] = $1; next }
{
    n = $3; sealed[n] = 1; listed[n, $2] = $1
    if ($2 in first) { print "SEALED_TWICE " $2 ": listed by seals " first[$2] " and " n; next }
    first[$2] = n
    if ($2 in sum) { if (sum[$2] != $1) print "SEALED_FILE_CHANGED " $2 ": not what custody/" n ".sha256 lists" }
    else if (!($2 in there) && !gone($2)) print "SEALED_FILE_MISSING " $2 ": listed by custody/" n ".sha256"
    classify($2)
    if (kind == "trust" || kind == "token" && who == "-" || kind == "event" && number == n || kind == "seal" && number + 1 == n + 0) next
    if (kind ~ /^(signature|pdf|token)$/ && number < n || kind == "record" && ((n, $2) in brings)) next
    fault("SEAL_MALFORMED", "lists what may not be sealed here: " $2)
}
END {
    for (e = 1; e <= events; e++) {
        n = order[e]
        if (!(("custody/" n ".sha256") in there)) { print "SEAL_MISSING custody/" n ".sha256: its event has no seal"; continue }
        if (!sealed[n]) continue # it is malformed, and that was said
        if (!((n, "custody/" n ".json") in listed)) fault("SEAL_INCOMPLETE", "does not list its own event")
        if (n + 0 > 1 && !((n, sprintf("custody/%06d.sha256", n - 1)) in listed)) fault("SEAL_INCOMPLETE", "does not list the seal before")
        k = split(want[n], path, " ")
        for (i = 1; i <= k; i++) {
            if (!((n, path[i]) in listed)) fault("SEAL_INCOMPLETE", "does not list " path[i])
            else if (listed[n, path[i]] != named[n, path[i]]) print "RECORD_DIFFERS " path[i] ": event " n " names another digest than its seal"
        }
    }
}' "$T/withheld" "$T/sums" "$T/items" "$T/files" "$T/numbers" "$T/sealed" >>"$T/faults"
awk -F'\t' '$1 !~ /^(data|derived|unknown)$/ { print $5 }' "$T/kinds" >"$T/to-seal"
cut -d ' ' -f 2 "$T/sealed" | sort -u | comm -23 "$T/to-seal" - | while read -r path; do
    case $path in custody/"$last".sha256*) ;; *) fault UNSEALED_FILE "$path" 'no seal lists it' ;; esac
done

# ---- Items; and the manifest that their records make.

: >"$T/manifest"
awk "$gone_awk"'
function known_number(n) { return sprintf("%06d", n) in event }
FILENAME ~ /\/malformed$/ { malformed[$2] = $0; next }
FILENAME ~ /\/items$/ {
    if ($1 in event) { print "ITEM_TWICE custody/" $3 ".json: item " $1 " came with event " event[$1]; next }
    order[++items] = $1; event[$1] = $3; record[$1] = $2; if ($1 + 0 > last) last = $1 + 0; next
}
FILENAME ~ /\/kinds$/ {
    split($0, f, "\t"); kind = f[1]; item = f[2]; path = f[5]
    if (kind !~ /^(data|record)$/ && !(kind == "token" && f[3] == "-")) next
    if (kind == "data") { data[item]; file[item, ++files[item]] = path }
    if (kind != "token" && !(item in event)) print "ITEM_UNKNOWN " (kind == "data" ? "data/" item : path) ": no event brings it in"
    if ((item in withheld) && (item in event)) print "WITHHELD_PRESENT " path ": its item is withheld"
    there[path]; next
}
FILENAME ~ /\/listed$/ { # of a record
    if (!($3 in event) || ($3 in withheld)) next
    print $1 "  " $2 >(ENVIRON["T"] "/manifest")
    known[$2]
    if ($2 in sum) { if (sum[$2] != $1) print "ITEM_FILE_CHANGED " $2 ": not what custody/items/" $3 ".sha256 lists" }
    else if (!($2 in there)) print "ITEM_FILE_MISSING " $2 ": listed by custody/items/" $3 ".sha256"
}
END {
    for (n = 1; n <= last; n++) if (!known_number(n)) { printf "ITEM_MISSING data/%06d: no event brings it in, and there are later items\n", n; while (n < last && !known_number(n + 1)) n++ }
    for (i = 1; i <= items; i++) {
        n = order[i]; path = "custody/items/" n ".sha256"
        if (n in withheld) {
            if (withheld[n] != record[n]) print "RECORD_DIFFERS data/" n ": the export names another record than its event"
            continue
        }
        if (!(path in there)) {
            if (n in data) print "RECORD_MISSING " path ": item " n " is here without its record"
            else print "ITEM_MISSING data/" n ": came with event " event[n] ", and no export withholds it"
            continue
        }
        if ((path in sum) && sum[path] != record[n]) print "RECORD_DIFFERS " path ": not the record that event " event[n] " names"
        if ((path ":") in malformed) { print malformed[path ":"]; continue }
        for (j = 1; j <= files[n]; j++) if (!(file[n, j] in known)) print "ITEM_FILE_UNLISTED " file[n, j] ": its record does not list it"
    }
    for (n in withheld) if (!(n in event)) print "ITEM_UNKNOWN data/" n ": withheld, and no event brings it in"
}' "$T/withheld" "$T/sums" "$T/malformed" "$T/items" "$T/kinds" "$T/listed" >>"$T/faults"

# What an export withholds must be what a disclosure before it allows.
awk 'FILENAME ~ /\/types$/ { type[$1] = $2; next }
    type[$1] == "disclose" { disclosed[$2, $3] }
    type[$1] == "export" && !(($2, $3) in disclosed) { print "WITHHELD_NOT_ALLOWED custody/" $1 ".json: no disclosure names item " $2 }' \
    "$T/types" "$T/lists" >>"$T/faults"

# ---- Signatures, tokens and certificates as DER: one walk through all of them, as hex.

# What it sees of CMS SignedData and TSTInfo is what openssl does not report. The first fault of a file counts. An algorithm
# whose parameters it does not accept has a "+" behind its OID.
# Writes cms: path|reason|digest|algorithm|named|certificate|imprint|hashed|gen|acc|shown|signer|embedded, where signer is the
# number of the certificate that the signer identifier names byte for byte, and embedded are those that came along;
# trusted: number and path of the certificates under trust/; cert/N.pem and cert/N.b64: the certificates, each once.
der_awk='
BEGIN {
    digits = "0123456789abcdef"; letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (i = 0; i < 256; i++) value[sprintf("%02x", i)] = i
    for (i = 0; i < 4096; i++) sextets[sprintf("%03x", i)] = substr(letters, int(i / 64) + 1, 1) substr(letters, i % 64 + 1, 1)
}
function fail(why) { if (bad == "") bad = why; tag = ""; from = to = length(h) / 2 }
function byte(p) { return value[substr(h, 2 * p + 1, 2)] }
function open(p,   n, i) { # sets tag, from, to
    if (2 * p + 4 > length(h)) { fail("truncated DER"); return }
    tag = substr(h, 2 * p + 1, 2); n = byte(p + 1); from = p + 2
    if (n == 128 || n > 132) { fail("a length that DER does not have"); return }
    if (n > 128) { i = n - 128; n = 0; while (i--) n = n * 256 + byte(from++); if (n < 128 || substr(h, 2 * p + 5, 2) == "00") { fail("a length that is not in its shortest form"); return } }
    to = from + n
    if (2 * to > length(h)) fail("truncated DER")
}
function enter(p, wanted, what) { open(p); if (tag != wanted) fail(what) }
function hexof(a, b) { return substr(h, 2 * a + 1, 2 * (b - a)) }
function oid(p,   a) { # sets algorithm, and parameters as they are encoded
    enter(p, "30", "no algorithm"); a = to; enter(from, "06", "no algorithm"); algorithm = hexof(from, to)
    p = to; if (p < a) { open(p); if (to != a) fail("no algorithm") } parameters = hexof(p, a); to = a
}
function ascii(a, b,   s) { s = ""; for (; a < b; a++) s = s substr(" !\"#$%&\047()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ", byte(a) - 31, 1); return s }
function number(a, b,   v) { v = 0; for (; a < b; a++) v = v * 256 + byte(a); return v }
function base64(hex,   s, i, rest) {
    rest = (length(hex) / 2) % 3; s = ""
    if (rest) hex = hex substr("0000", 1, 6 - 2 * rest)
    for (i = 1; i < length(hex); i += 3) s = s sextets[substr(hex, i, 3)]
    return rest ? substr(s, 1, length(s) - 3 + rest) substr("==", 1, 3 - rest) : s
}
function certificate(hex,   s, i, file) { # its number; the first time it is written down
    if (reduced) return 0
    if (hex in known) return known[hex]
    known[hex] = ++certificates; file = ENVIRON["T"] "/cert/" certificates; s = base64(hex)
    print "-----BEGIN CERTIFICATE-----" >(file ".pem")
    for (i = 1; i <= length(s); i += 64) { print substr(s, i, 64) >(file ".pem"); print substr(s, i, 64) >(file ".b64") }
    print "-----END CERTIFICATE-----" >(file ".pem")
    close(file ".pem"); close(file ".b64")
    return certificates
}
function names(at, sid,   found) { found = is_named(at, sid); bad = ""; return found } # one that cannot be read is not the signer
function is_named(at, sid,   serial, p, end) { # whether the certificate at an offset is that of a signer identifier
    open(at); end = to; open(from); if (tag != "30" || to > end) return 0
    if (substr(sid, 1, 2) == "80") return index(hexof(at, end), "0603551d0e04" sprintf("%02x", length(sid) / 2) "04" substr(sid, 3))
    p = from; open(p); if (tag == "a0") { p = to; open(p) }
    serial = hexof(p, to); open(to); p = to; open(p)
    return sid == hexof(p, to) serial
}
function tst(p,   end, rank, before, low, most, stop, inner) { # TSTInfo, RFC 3161 2.4.2: gen and acc in microseconds
    enter(p, "30", "no TSTInfo"); end = to
    enter(from, "02", "no version"); enter(to, "06", "no policy")
    enter(to, "30", "no imprint"); p = to; oid(from); imprint = algorithm; enter(to, "04", "no imprint"); hashed = hexof(from, to)
    enter(p, "02", "no serial"); enter(to, "18", "no genTime"); gen = micros(ascii(from, to)); p = to
    acc = 1000000; before = 0; inner = 0
    for (; p < end && bad == ""; p = stop) { # accuracy, ordering, nonce, tsa, extensions: each at most once, in this order
        open(p); stop = to; rank = index("30 01 02 a0 a1 ", tag " ")
        if (rank <= before) fail("something in the token that has no place there")
        before = rank; if (tag != "30") continue
        acc = 0
        for (p = from; p < stop && bad == ""; p = to) {
            open(p); rank = index("02 80 81 ", tag " "); if (rank <= inner) fail("not an accuracy")
            inner = rank; low = tag != "02"; most = low ? 999 : 3600
            if (from < to && byte(from) > 127 || number(from, to) < low || number(from, to) > most) fail("an accuracy that says nothing")
            acc += number(from, to) * (tag == "02" ? 1000000 : tag == "80" ? 1000 : 1)
        }
    }
}
function days(y, m) { return m == 2 ? 28 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) : 30 + (m == 1 || m == 3 || m == 5 || m == 7 || m == 8 || m == 10 || m == 12) }
function micros(t,   y, m, f) {
    if (t !~ /^[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9](\.[0-9]+)?Z$/) fail("no genTime in UTC")
    f = index(t, ".") ? substr(t, 16, length(t) - 16) : ""
    if (f ~ /0$/) fail("genTime with a trailing zero")
    f = substr(f "000000", 1, 6); shown = substr(t, 1, 4) "-" substr(t, 5, 2) "-" substr(t, 7, 2) "T" substr(t, 9, 2) ":" substr(t, 11, 2) ":" substr(t, 13, 2) "." f "Z"
    y = substr(t, 1, 4) + 0; m = substr(t, 5, 2) + 0
    if (y < 1 || m < 1 || m > 12 || substr(t, 7, 2) + 0 < 1 || substr(t, 7, 2) + 0 > days(y, m) || substr(t, 9, 6) !~ /^([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]$/) fail("no such time")
    if (m < 3) { y--; m += 12 }
    return sprintf("%.0f", ((365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(t, 7, 2) - 719469) * 86400 + substr(t, 9, 2) * 3600 + substr(t, 11, 2) * 60 + substr(t, 13, 2)) * 1000000 + f)
}
function attributes(p, stop, type,   a, one, first) {
    split("", seen)
    while (p < stop && bad == "") {
        enter(p, "30", "no attribute"); p = to; enter(from, "06", "no attribute"); a = hexof(from, to)
        if (a in seen) fail("an attribute stands twice"); seen[a]
        enter(to, "31", "no attribute value"); one = to; open(from); if (to != one) fail("an attribute with several values")
        if (a == "2a864886f70d010903" && tag hexof(from, to) != "06" type) fail("the signed content type is another")
        if (a == "2a864886f70d010910022f") { # SigningCertificateV2 (RFC 5035): the first certificate named, by its digest
            enter(from, "30", "no certificate named"); enter(from, "30", "no certificate named"); first = from; open(first)
            if (tag == "30") { oid(first); named = algorithm; first = to } else named = "608648016503040201"
            enter(first, "04", "no certificate named"); cert_digest = hexof(from, to)
        }
        if (a == "2a864886f70d010910020c" && token && named == "") { # SigningCertificate (RFC 2634), in tokens only: SHA-1
            enter(from, "30", "no certificate named"); enter(from, "30", "no certificate named")
            enter(from, "04", "no certificate named"); named = "2b0e03021a"; cert_digest = hexof(from, to)
        }
    }
    if (!("2a864886f70d010903" in seen) || !("2a864886f70d010904" in seen)) fail("content type or digest is not signed")
    if (!token && !("2a864886f70d010910022f" in seen)) fail("no signingCertificateV2")
    if (named == "") fail("no certificate named")
}
function cms(   p, end, last, stop, type, i, n, places, place, digests, listed, sid) {
    p = 0
    if (token) { # TimeStampResp: PKIStatusInfo, then the token
        enter(0, "30", "no TimeStampResp"); if (2 * to != length(h)) fail("bytes after the end")
        enter(from, "30", "no status"); p = to; enter(from, "02", "no status"); if (hexof(from, to) != "00") fail("status is not granted")
    }
    enter(p, "30", "no ContentInfo"); if (2 * to != length(h)) fail("bytes after the end")
    enter(from, "06", "no content type"); if (hexof(from, to) != "2a864886f70d010702") fail("not SignedData")
    part["type"] = hexof(from - 2, to)
    enter(to, "a0", "no SignedData"); enter(from, "30", "no SignedData"); last = to
    p = from; enter(p, "02", "no version"); part["version"] = hexof(p, to)
    p = to; enter(p, "31", "no digest algorithms"); part["digests"] = hexof(p, to); digests = from; stop = to
    p = to; enter(p, "30", "no content"); part["content"] = hexof(p, to); p = to; end = to; enter(from, "06", "no content type"); type = hexof(from, to)
    if (type != (token ? "2a864886f70d0109100104" : "2a864886f70d010701")) fail("another content type")
    if (token) { enter(to, "a0", "no TSTInfo"); enter(from, "04", "no TSTInfo"); tst(from) }
    else if (to != end) fail("the signature is not detached")
    while (digests < stop && bad == "") { oid(digests); listed = listed " " algorithm " "; digests = to }
    places = 0; open(p)
    if (tag == "a0") { i = from; p = to; while (i < p && bad == "") { open(i); if (tag == "30") place[++places] = i; i = to } open(p) }
    if (tag == "a1") { p = to; open(p) }
    if (tag != "31" || to != last) fail("no signers"); end = to; part["signers"] = hexof(p, to)
    enter(from, "30", "no signer"); if (to != end) fail("not exactly one signer"); end = to
    enter(from, "02", "no version"); p = to; open(p); sid = tag == "30" ? hexof(from, to) : hexof(p, to)
    oid(to); digest = algorithm (parameters ~ /^(0500)?$/ ? "" : "+")
    if (!index(listed, " " algorithm " ")) fail("a digest algorithm that is not listed")
    p = to; open(p); if (tag != "a0") fail("no signed attributes")
    stop = to; attributes(from, to, type)
    oid(stop); signature = algorithm (parameters == "" || algorithm ~ /^2a864886f70d0101/ && (parameters == "0500" || algorithm ~ /0a$/) ? "" : "+"); enter(to, "04", "no signature")
    if (!token && to != end) fail("unsigned attributes")
    for (i = 1; i <= places && bad == ""; i++) {
        open(place[i]); embedded = embedded " " certificate(hexof(place[i], to))
        if (!reduced && names(place[i], sid)) { open(place[i]); n = certificate(hexof(place[i], to)); if (!index(" " signer " ", " " n " ")) signer = signer (signer == "" ? "" : " ") n }
    }
}
function look() {
    bad = digest = signature = named = cert_digest = imprint = hashed = gen = acc = shown = embedded = signer = ""
    token = path[file] ~ /\.tsr$/
    if (path[file] ~ /\.cer$/) {
        open(0); if (bad != "" || tag != "30" || 2 * to != length(h)) { print "TRUST_FILE_MALFORMED " path[file] ": not a certificate" >>(ENVIRON["T"] "/faults"); return }
        print certificate(h), path[file] >(ENVIRON["T"] "/trusted"); return
    }
    cms()
    print path[file] "|" bad "|" digest "|" signature "|" named "|" cert_digest "|" imprint "|" hashed "|" gen "|" acc "|" shown "|" signer "|" embedded
}
function der(tag, hex,   n, size) {
    n = length(hex) / 2; size = ""
    if (n > 127) { while (n) { size = sprintf("%02x", n % 256) size; n = int(n / 256) } size = sprintf("%02x", 128 + length(size) / 2) size }
    else size = sprintf("%02x", n)
    return tag size hex
}
function bare(   row, own, more) { # the same SignedData with no certificates but the signer, and those whose hex is in a file
    while ((getline row <signers) > 0) own = own row
    gsub(/ /, "", own)
    while ((getline row <helpers) > 0) more = more row
    gsub(/ /, "", more)
    return der("30", part["type"] der("a0", der("30", part["version"] part["digests"] part["content"] der("a0", own more) part["signers"])))
}
function step(   need) { # on to the next file; all that are complete
    while (file <= files && length(text) >= (need = 2 * size[file])) {
        h = substr(text, 1, need); text = substr(text, need + 1); look(); file++
    }
}
FILENAME ~ /\/sizes$/ { sizes[$2] = $1; next }
FILENAME ~ /\/binary$/ { path[++files] = $1; size[files] = sizes[$1]; file = 1; next }
{ gsub(/ /, ""); text = text $0; step() }
END {
    for (step(); file <= files; file++) { h = ""; look() } # less came than was measured
    if (reduced) { s = base64(bare()); for (i = 1; i <= length(s); i += 64) print substr(s, i, 64) >reduced } }'
hex_of() { xargs -n 1000 cat -- | od -An -v -tx1; }

mkdir "$T/cert"
: >"$T/cms" && : >"$T/cert-sums" && : >"$T/trust" && : >"$T/trusted"
awk 'FILENAME ~ /\/sums$/ { sum[substr($0, 67)] = substr($0, 1, 64); next }
    { split($0, f, "\t"); path = f[5] }
    !(path in sum) { next }
    f[1] == "trust" && sum[path] != substr(path, 7, 64) { print "TRUST_FILE_MALFORMED " path ": not the SHA-256 in its name" >>(ENVIRON["T"] "/faults"); next }
    f[1] == "trust" { print path >(ENVIRON["T"] "/trust") }
    f[1] ~ /^(signature|token)$/ || f[1] == "trust" && path ~ /\.cer$/ { print path }' "$T/sums" "$T/kinds" >"$T/binary"
[ ! -s "$T/binary" ] || hex_of <"$T/binary" | awk "$der_awk" "$T/sizes" "$T/binary" - >"$T/cms"

# Certificates that openssl cannot read help nobody. One call tells whether all are well.
: >"$T/unreadable" && : >"$T/untrusted.pem"
if [ -f "$T/cert/1.pem" ]; then
    cat "$T"/cert/*.pem >"$T/all.pem"
    openssl storeutl -noout -certs "$T/all.pem" 2>/dev/null | awk '
        FILENAME ~ /\/all.pem$/ { all += /^-----BEGIN/; next } $0 == "Total found: " all { good = 1 } END { exit !good }' "$T/all.pem" - ||
        for one in "$T"/cert/*.pem; do
            openssl x509 -in "$one" -noout 2>/dev/null || { : >"$one" && printf '%s\n' "$one" >>"$T/unreadable"; }
        done
fi
while read -r number path; do
    if [ -s "$T/cert/$number.pem" ]; then cat "$T/cert/$number.pem" >>"$T/untrusted.pem"
    else fault TRUST_FILE_MALFORMED "$path" 'not a certificate'; fi
done <"$T/trusted"
while read -r path; do
    case $path in
    *.crl) openssl crl -inform DER -in "$path" -noout 2>/dev/null || fault TRUST_FILE_MALFORMED "$path" 'not a CRL' ;;
    *.ocsp) openssl ocsp -respin "$path" -noverify >/dev/null 2>&1 || fault TRUST_FILE_MALFORMED "$path" 'not an OCSP answer' ;;
    esac
done <"$T/trust"

# ---- Trust; and, where there is revocation data, the pool of certificates that lead to the caller's anchors.

chains() { # CERTIFICATE ANCHORS UNTRUSTED [OPTION...]: whether it leads to an anchor of the caller
    cert=$1 anchors=$2 untrusted=$3 && shift 3
    [ -s "$untrusted" ] && set -- "$@" -untrusted "$untrusted"
    openssl verify -no-CApath -no-CAstore -CAfile "$anchors" -partial_chain -auth_level 2 "$@" "$cert" >/dev/null 2>&1
}
cat "$signer_roots" "$tsa_roots" >"$T/pool.pem"
if awk '/\.(crl|ocsp)$/ { found = 1 } END { exit !found }' "$T/trust"; then
    while read -r number path; do
        one=$T/cert/$number.pem
        [ -s "$one" ] || continue
        if chains "$one" "$signer_roots" "$T/untrusted.pem" -purpose any -no_check_time || chains "$one" "$tsa_roots" "$T/untrusted.pem" -purpose any -no_check_time; then
            cat "$one" >>"$T/pool.pem"
        fi
    done <"$T/trusted"
fi
# Revocations by CRLs that a certificate of the pool signed: serial, seconds since 1970, the CRL's seal, issuer.
seconds_awk='
BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", name, " "); for (i in name) month[name[i]] = i }
function seconds(y, m, d, t,   c) { if (m < 3) { y--; m += 12 } split(t, c, ":"); return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d - 719469) * 86400 + c[1] * 3600 + c[2] * 60 + c[3] }'
nobody=999999 # stands for "no seal", which comes after all
seal_of() { awk -v p="$1" -v nobody=$nobody '$2 == p { print $3; found = 1; exit } END { if (!found) print nobody }' "$T/sealed"; }
: >"$T/revoked"
while read -r list; do
    case $list in *.crl) ;; *) continue ;; esac
    openssl crl -inform DER -in "$list" -noout -CAfile "$T/pool.pem" -no-CApath -no-CAstore 2>&1 | awk '/^verify OK/ { good = 1 } END { exit !good }' || continue
    openssl crl -inform DER -in "$list" -noout -issuer -nameopt RFC2253 -text 2>/dev/null | awk -v seal="$(seal_of "$list")" "$seconds_awk"'
        /^issuer=/ && issuer == "" { issuer = substr($0, 8) }
        /^    Serial Number: / { serial = $3 }
        /^        Revocation Date: / { print serial, seconds($6, month[$3], $4, $5), seal, issuer }' >>"$T/revoked"
done <"$T/trust"
# The pool one by one, and which OCSP answers there are: openssl asks for the issuer of each certificate.
mkdir "$T/pool" "$T/told"
awk '/\.ocsp$/' "$T/trust" >"$T/answers"
if [ -s "$T/answers" ]; then
    awk -v to="$T/pool/" '/^-----BEGIN CERTIFICATE-----$/ { n++; on = 1 } on { print >(to n ".pem") } /^-----END/ { on = 0; close(to n ".pem") }' "$T/pool.pem"
    for one in "$T"/pool/*.pem; do printf '%s %s\n' "$(openssl x509 -in "$one" -noout -subject_hash)" "$one"; done >"$T/pool-names"
fi
disowned() { # ANSWER ISSUER: whether a CRL says that who answered in the issuer's place had been revoked by then
    [ -s "$T/revoked" ] || return 1
    rm -f "$T"/responder.*
    openssl ocsp -respin "$1" -noverify -resp_text 2>/dev/null >"$T/answer.txt"
    produced=$(awk "$seconds_awk"'/^    Produced At: / { print seconds($6, month[$3], $4, $5); exit }' "$T/answer.txt")
    awk -v to="$T/responder." '/^-----BEGIN CERTIFICATE-----$/ { n++; on = 1 } on { print >(to n) } /^-----END/ { on = 0; close(to n) }' "$T/answer.txt"
    for responder in "$T"/responder.*; do # of all certificates that came along, the one that signed
        cmp -s "$responder" "$2" && continue
        openssl ocsp -respin "$1" -no_intern -verify_other "$responder" -CAfile "$2" -no-CApath -no-CAstore -partial_chain -no_check_time 2>&1 |
            grep -qx 'Response verify OK' || continue
        openssl x509 -in "$responder" -noout -text 2>/dev/null | grep -q '^            OCSP No Check' && continue
        serial=$(openssl x509 -in "$responder" -noout -serial) name=$(openssl x509 -in "$responder" -noout -issuer -nameopt RFC2253)
        awk -v serial="${serial#serial=}" -v issuer="${name#issuer=}" -v at="$produced" '
            $1 == serial && $2 <= at { $1 = $2 = $3 = ""; sub(/^ */, ""); if ($0 == issuer) found = 1 } END { exit !found }' "$T/revoked" && return
    done
    return 1
}
answered() { # CERTIFICATE: revocations by OCSP answers of its issuer or of a responder with its delegation: seconds, seal
    issuer=$(openssl x509 -in "$1" -noout -issuer_hash)
    while read -r name one; do
        [ "$name" = "$issuer" ] || continue
        while read -r answer; do
            disowned "$answer" "$one" && continue
            openssl ocsp -respin "$answer" -issuer "$one" -sha1 -cert "$1" -sha256 -cert "$1" -sha384 -cert "$1" -sha512 -cert "$1" \
                -CAfile "$one" -no-CApath -no-CAstore -partial_chain -no_check_time 2>&1 |
                awk -v seal="$(seal_of "$answer")" "$seconds_awk"'
                    $0 == "Response verify OK" { good = 1 }
                    /^\tRevocation Time: / { when = seconds($6, month[$3], $4, $5) }
                    END { if (good && when != "") print when, seal }'
        done <"$T/answers"
    done <"$T/pool-names"
}
tell() { # CERTIFICATE: sets about, a file with all that revocation data say of it, asked once: seconds, seal
    about=$T/told/${1##*/}
    if [ ! -f "$about" ]; then
        serial=$(openssl x509 -in "$1" -noout -serial) name=$(openssl x509 -in "$1" -noout -issuer -nameopt RFC2253)
        awk -v serial="${serial#serial=}" -v issuer="${name#issuer=}" '
            $1 == serial { found = $2 " " $3; $1 = $2 = $3 = ""; sub(/^ */, ""); if ($0 == issuer) print found }' "$T/revoked" >"$about"
        [ ! -s "$T/answers" ] || answered "$1" >>"$about"
    fi
}
judge_revocation() { # CERTIFICATE SECONDS LAST_SEAL PATH CODE: false, and said, where it was revoked by then
    [ -s "$T/revoked" ] || [ -s "$T/answers" ] || return 0
    tell "$1"
    [ -s "$about" ] || return 0
    said=$(awk -v at="$2" -v last="$3" '$1 <= at { if ($2 <= last) early = 1; else late = 1 } END { print early ? "revoked" : late ? "late" : "" }' "$about")
    case $said in
    revoked) fault "$5" "$4" 'the certificate was revoked before its use' ;;
    late) fault REVOCATION_LATE "$4" 'data that were sealed later say that the certificate was revoked before its use' ;;
    *) return 0 ;;
    esac
    return 1
}

# ---- Signatures and tokens.

sha2() { case $1 in 60864801650304020[123]) ;; *) false ;; esac; }
good_algorithm() { # of signature and digest: ECDSA or RSA with that digest, RSA with any, PSS
    case $1:$2 in
    2a8648ce3d040302:*1 | 2a8648ce3d040303:*2 | 2a8648ce3d040304:*3) ;;
    2a864886f70d01010b:*1 | 2a864886f70d01010c:*2 | 2a864886f70d01010d:*3) ;;
    2a864886f70d01010[1a]:*) ;;
    *) false ;;
    esac
}
digests_to() { # FILE ITS_SHA256 DIGEST_OID WANTED: whether a file has a digest
    case $3 in
    608648016503040201) [ "$2" = "$4" ] ;;
    608648016503040202) [ "$(sha384sum <"$1")" = "$4  -" ] ;;
    *) [ "$(sha512sum <"$1")" = "$4  -" ] ;;
    esac
}
names_it() { # whether the signed attributes name the signer's certificate
    case $named in
    2b0e03021a) [ -n "$cert_sha1" ] && [ "$cert_sha1" = "$cert_digest" ] ;; # secures nothing, and stands in tokens alone
    *) [ -n "$cert_sum" ] && digests_to "$T/cert/$signer.der" "$cert_sum" "$named" "$cert_digest" ;;
    esac
}
# Where the signer's identifier fits several certificates, the one that the signed attributes name is the signer's.
digest_of() { # FILE OID: as the signed attributes have it
    case $2 in
    2b0e03021a) sha1sum <"$1" ;;
    608648016503040202) sha384sum <"$1" ;;
    608648016503040203) sha512sum <"$1" ;;
    *) sha256sum <"$1" ;;
    esac | cut -d ' ' -f 1
}
awk -F'|' '$12 ~ / / { print $1 "|" $5 "|" $6 "|" $12 }' "$T/cms" | while IFS='|' read -r whose hash wanted fitting; do
    for number in $fitting; do
        [ -s "$T/cert/$number.pem" ] || continue
        base64 -d <"$T/cert/$number.b64" >"$T/one.der"
        if [ "$(digest_of "$T/one.der" "$hash")" = "$wanted" ]; then printf '%s|%s\n' "$whose" "$number" && break; fi
    done
done >"$T/chosen"
awk -F'|' -v OFS='|' 'FILENAME ~ /\/chosen$/ { chosen[$1] = $2; next }
    $12 ~ / / { sub(/ .*/, "", $12); if ($1 in chosen) $12 = chosen[$1] } { print }' "$T/chosen" "$T/cms" >"$T/cms-chosen" && mv "$T/cms-chosen" "$T/cms"
# Those who signed: number, whether the key is strong, may sign, and is for timestamps alone, its key for signatures alone.
awk -F'|' '$12 && !seen[$12]++ { print $12 }' "$T/cms" | while read -r number; do
    [ -s "$T/cert/$number.pem" ] || continue
    base64 -d <"$T/cert/$number.b64" >"$T/cert/$number.der"
    echo "$number"
done >"$T/signers"
[ ! -s "$T/signers" ] || (cd -- "$T/cert" && sha256sum -- *.der && sha1sum -- *.der) >"$T/cert-sums"
while read -r number; do
    echo "certificate $number"
    openssl x509 -in "$T/cert/$number.pem" -noout -ext keyUsage,extendedKeyUsage -text -certopt \
        no_header,no_version,no_serial,no_signame,no_issuer,no_validity,no_subject,no_extensions,no_sigdump,no_aux 2>/dev/null
done <"$T/signers" | awk '
    function flush() { if (number) print number, strong, signs && personal, stamps && signs_only }
    function for_persons(uses,   n, one) { # of its extended key usages one that persons have; openssl has a word for three
        for (n = split(uses, one, /, */); n; n--) if (one[n] ~ /^ *(Any Extended Key Usage|E-mail Protection|TLS Web Client Authentication)$/ ||
            one[n] ~ /^ *(1\.3\.6\.1\.5\.5\.7\.3\.36|1\.3\.6\.1\.4\.1\.311\.10\.3\.12|1\.2\.840\.113583\.1\.1\.5)$/) return 1
        return 0
    }
    /^certificate [0-9]+$/ { flush(); number = $2; strong = stamps = bits = 0; signs = signs_only = personal = 1; next }
    /^ *(RSA )?Public-Key: \([0-9]+ bit\)$/ { sub(/.*\(/, ""); bits = $1 + 0 }
    /^ *ASN1 OID: (prime256v1|secp384r1)$/ { strong = 1 }
    /^ *Exponent: / { if (bits >= 2048 && $2 != 1) strong = 1 }
    usage == "Key" { signs = /(Digital Signature|Non Repudiation)/ ? 1 : 0; gsub(/Digital Signature|Non Repudiation|[ ,]/, ""); signs_only = $0 == "" }
    usage == "Extended" { personal = for_persons($0) }
    usage == "Extended" && critical { stamps = /^ *Time Stamping$/ ? 1 : 0 } # alone and critical (RFC 3161, 2.3)
    { usage = /^X509v3 (Extended )?Key Usage:/ ? $2 : ""; critical = $NF == "critical" }
    END { flush() }' >"$T/about"

# What is to be judged, in its order: tokens, with the seals from the last on, because a token is judged when the next one
# bound it; then signatures. Certificates that came along with one are a set, whose file is made once.
now=$(date +%s)
: >"$T/sets" && : >"$T/judge-tokens" && : >"$T/judge-signatures"
awk '
function to(name) { return ENVIRON["T"] "/" name }
function set_of(all,   k, i, one) { # the number of a set of certificates
    if (all in sets) return sets[all]
    sets[all] = ++count
    k = split(all, one, " "); for (i = 1; i <= k; i++) print "cert/" one[i] ".pem" >to("set." count)
    print "untrusted.pem" >to("set." count); close(to("set." count)); print count >to("sets")
    return count
}
function row(path, over) { # as the shell reads it
    split(cms[path], c, "|"); split(about[c[12]], a, " ")
    return path "|" over "|" (path in sealed ? sealed[path] : nobody) "|" sum[over] "|" c[2] "|" c[3] "|" c[4] "|" c[5] "|" c[6] "|" c[7] "|" c[8] "|" c[9] "|" c[10] "|" c[11] "|" c[12] "|" set_of(c[13]) "|" a[2] "|" a[3] "|" a[4] "|" digest[c[12], 64] "|" digest[c[12], 40]
}
function token_rows(over,   i) { for (i = 1; i <= stamps[over]; i++) print row(stamp[over, i], over) >to("judge-tokens") }
FILENAME ~ /\/sums$/ { sum[substr($0, 67)] = substr($0, 1, 64); next }
FILENAME ~ /\/sealed$/ { if (!($2 in sealed)) sealed[$2] = $3; next }
FILENAME ~ /\/cert-sums$/ { digest[$2 + 0, length($1)] = $1; next }
FILENAME ~ /\/about$/ { about[$1] = $0; next }
FILENAME ~ /\/cms$/ { p = $0; sub(/\|.*/, "", p); cms[p] = $0; next }
FILENAME ~ /\/kinds$/ {
    split($0, f, "\t")
    if (f[1] == "token" && (f[5] in sum)) {
        if (!(f[4] in sum)) { print "UNKNOWN_FILE " f[5] ": the file that it stamps is not there"; next }
        stamp[f[4], ++stamps[f[4]]] = f[5]
    }
    if (f[1] == "signature" || f[1] == "pdf") { signed[f[2], ++signatures[f[2]]] = f[5]; kind[f[5]] = f[1] }
    next
}
FILENAME ~ /\/numbers$/ { order[++events] = $1; next }
FILENAME ~ /\/items$/ { if (!seen[$1]++) item[++items] = $1; next }
END {
    for (e = events; e; e--) {
        n = order[e]
        for (i = 1; i <= signatures[n]; i++) {
            p = signed[n, i]; twin = substr(p, 1, length(p) - 3) "p7s"
            if (kind[p] == "signature") print row(p, "custody/" n ".sha256") >to("judge-signatures")
            else if (twin in kind) { beside[++besides] = p; continue } # judged, and not asked for
            token_rows(p)
        }
        print "bind||" n >to("judge-tokens")
    }
    for (i = 1; i <= besides; i++) token_rows(beside[i])
    for (i = 1; i <= items; i++) {
        p = "custody/items/" item[i] ".sha256"; if (!(p in sum)) continue
        if (!stamps[p]) print "TIMESTAMP_PENDING " p ": no timestamp yet"
        token_rows(p)
    }
}' nobody=$nobody "$T/sums" "$T/sealed" "$T/cert-sums" "$T/about" "$T/cms" "$T/kinds" "$T/numbers" "$T/items" >>"$T/faults"

ts() { # FILE ANCHORS [OPTION...]: of the file that is stamped; the token is among the options
    stamped=$1 anchors=$2 && shift 2
    [ -s "$helpers" ] && set -- "$@" -untrusted "$helpers"
    openssl ts -verify -data "$stamped" -CAfile "$anchors" -partial_chain "$@" >/dev/null 2>&1
}
cms() { openssl cms -verify -binary -inform DER -no-CAfile -no-CApath -no-CAstore -purpose any "$@" >/dev/null 2>&1; }
cades() { # SEAL SIGNATURE [OPTION...]: openssl builds its path of what is in the signature
    content=$1 signature=$2 && shift 2
    openssl cms -verify -cades -binary -inform DER -in "$signature" -content "$content" -CAfile "$signer_roots" -partial_chain \
        -no-CApath -no-CAstore -auth_level 2 -purpose any "$@" >/dev/null 2>&1
}
# Where openssl refuses, it may be for a certificate that only came along: it reads all of them, and tries one path. So it
# is asked again with the signer's own certificate alone, and with helpers that each lead to an anchor.
bare() { # FILE HEX_OF_HELPERS -> $T/bare/der, as SignedData
    rm -f "$T/bare/b64"
    od -An -v -tx1 "$T/cert/$signer.der" >"$T/bare/signer"
    printf '%s\n' "$1" >"$T/bare/binary"
    hex_of <"$T/bare/binary" | awk -v reduced="$T/bare/b64" -v signers="$T/bare/signer" -v helpers="$2" "$der_awk" "$T/sizes" "$T/bare/binary" - >/dev/null
    base64 -d <"$T/bare/b64" >"$T/bare/der"
}
vet() { # ANCHORS -> $helpers and, as hex, $T/helpers: of the certificates of a set and under trust/, those that lead to an anchor
    helpers=$T/vetted.pem
    [ "$1 $set" != "$vetted" ] || return 0
    vetted="$1 $set" more=yes
    : >"$helpers" && : >"$T/helpers"
    awk 'FILENAME ~ /\/trusted$/ { $0 = "cert/" $1 ".pem" } /^cert/ && !seen[$0]++' "$T/set.$set" "$T/trusted" >"$T/left"
    while [ -n "$more" ]; do
        more='' && : >"$T/later"
        while read -r one; do
            if chains "$T/$one" "$1" "$helpers" -purpose any -no_check_time; then
                cat "$T/$one" >>"$helpers" && base64 -d <"$T/${one%pem}b64" | od -An -v -tx1 >>"$T/helpers" && more=yes
            else printf '%s\n' "$one" >>"$T/later"; fi
        done <"$T/left"
        mv "$T/later" "$T/left"
    done
}
check_token() { # of a row; prints gen, accuracy, state, token, what it stamps, time as shown
    if [ -n "$reason" ]; then fault TIMESTAMP_INVALID "$path" "$reason" && return; fi
    if ! sha2 "$digest" || ! sha2 "$imprint" || ! good_algorithm "$algorithm" "$digest" || { [ "$named" != 2b0e03021a ] && ! sha2 "$named"; }; then
        fault ALGORITHM_REFUSED "$path" 'an algorithm that the format does not accept' && return
    fi
    if ! digests_to "$over" "$over_sum" "$imprint" "$hashed"; then fault TIMESTAMP_INVALID "$path" "not over $over" && return; fi
    if ! names_it; then
        fault TIMESTAMP_INVALID "$path" 'the certificate that it names is not in it' && return
    fi
    certificate=$T/cert/$signer.pem helpers=$T/chain.$set state=valid at=$((gen / 1000000))
    last_data=''
    eval "judged=\${bound_$seal:-$now} last_data=\${prover_$seal:-$nobody}" # a seal is six digits
    [ "$judged" -ge "$at" ] || judged=$at
    ts "$over" "$tsa_roots" -in "$path" -attime "$at" -auth_level 2 && trusted=yes || trusted=''
    if [ -z "$trusted" ]; then
        bare "$path" /dev/null
        if ! cms -noverify -in "$T/bare/der"; then fault TIMESTAMP_INVALID "$path" 'its signature does not hold' && return; fi
    fi
    if [ "$strong" = 0 ]; then fault ALGORITHM_REFUSED "$path" 'a key that is too weak' && return; fi
    if [ $((gen - acc)) -gt $(((now + 300) * 1000000)) ]; then fault TIMESTAMP_AHEAD "$path" "states $shown, which has not come yet" && return; fi
    if [ -z "$trusted" ]; then
        if [ "$stamps" = 0 ]; then fault TSA_NOT_TRUSTED "$path" 'the certificate is not one for timestamps alone' && return; fi
        vet "$tsa_roots"
        cat "$certificate" "$helpers" >"$T/first.pem" && helpers=$T/first.pem # openssl takes the first that the identifier fits
        if ! ts "$over" "$tsa_roots" -token_in -in "$T/bare/der" -attime "$at" -auth_level 2; then
            # Its own certificate as the anchor tells the token's own faults from those of trust.
            if ! ts "$over" "$certificate" -token_in -in "$T/bare/der" -attime "$at"; then
                fault TIMESTAMP_INVALID "$path" "does not hold, or its authority's certificate was not valid at $shown" && return
            fi
            fault TSA_NOT_TRUSTED "$path" 'the authority leads to none of your anchors' && state=open
        fi
    fi
    if [ $state = valid ] && [ "$judged" -gt "$at" ] && [ "$signer $helpers $judged" != "$held_then" ]; then
        if chains "$certificate" "$tsa_roots" "$helpers" -purpose timestampsign -attime "$judged"; then held_then="$signer $helpers $judged"
        else fault TSA_EXPIRED "$path" "the authority's certificate has expired, and nothing renewed it" && state=open; fi
    fi
    if [ $state = valid ] && ! judge_revocation "$certificate" "$judged" "$last_data" "$path" TSA_REVOKED; then return; fi
    if [ $state = valid ] && { [ -z "$own" ] || [ "$at" -lt "$own" ]; }; then own=$at; fi
    echo "$gen $acc $state $path $over $shown"
}
check_signature() { # of a row
    if [ -n "$reason" ] && { [ -z "$digest" ] || sha2 "$digest"; }; then fault SIGNATURE_INVALID "$path" "$reason" && return; fi
    if ! sha2 "$digest" || ! good_algorithm "$algorithm" "$digest" || ! sha2 "$named"; then
        fault ALGORITHM_REFUSED "$path" 'an algorithm that the format does not accept' && return
    fi
    if ! names_it; then
        fault SIGNATURE_INVALID "$path" 'the certificate that it names is not in it' && return
    fi
    certificate=$T/cert/$signer.pem helpers=$T/chain.$set at=$own
    last_data=''
    eval "judged=\${bound_$seal:-$now} last_data=\${prover_$seal:-$nobody}"
    if [ -z "$at" ] || [ "$judged" -lt "$at" ]; then at=$judged; fi
    trusted=yes
    if ! cades "$over" "$path" -attime "$at"; then
        bare "$path" /dev/null && trusted=''
        if ! cms -noverify -in "$T/bare/der" -content "$over"; then fault SIGNATURE_INVALID "$path" 'does not hold over its seal' && return; fi
    fi
    if [ "$strong" = 0 ]; then fault ALGORITHM_REFUSED "$path" 'a key that is too weak' && return; fi
    if [ "$cert_sum" != "$expected" ]; then fault SIGNER_DIFFERS "$path" 'signed with another certificate than the event names'; fi
    if [ "$signs" = 0 ]; then fault SIGNER_NOT_TRUSTED "$path" 'the key usage of its certificate, or the extended one, allows no signatures' && return; fi
    if [ -z "$trusted" ]; then
        vet "$signer_roots" && bare "$path" "$T/helpers"
        if cades "$over" "$T/bare/der" -attime "$at"; then trusted=yes
        elif [ -n "$open" ]; then
            fault SIGNER_NOT_TRUSTED "$path" 'made in time perhaps, but by the word of an authority that does not count (any more)' && return
        elif [ "$at" -lt "$now" ] && cades "$over" "$T/bare/der" -no_check_time; then
            fault SIGNER_NOT_VALID_THEN "$path" 'the certificate was not valid at the time that is proven' && return
        else fault SIGNER_NOT_TRUSTED "$path" 'the signer leads to none of your anchors' && return; fi
    fi
    judge_revocation "$certificate" "$at" "$last_data" "$path" SIGNER_REVOKED
}

mkdir "$T/bare"
vetted='' held_then=''
while read -r set; do (cd -- "$T" && xargs cat -- <"set.$set" >"chain.$set"); done <"$T/sets"
bound=$now prover=$nobody own=''
while IFS='|' read -r path over seal over_sum reason digest algorithm named cert_digest imprint hashed gen acc shown signer set strong signs stamps cert_sum cert_sha1; do
    if [ "$path" = bind ]; then # what the seal's own valid tokens, or those of a later one, prove in seconds; and which one's
        if [ -n "$own" ] && [ "$own" -le "$bound" ]; then bound=$own prover=$seal; fi
        eval "bound_$seal=$bound prover_$seal=$prover" && own=''
    else check_token; fi
done <"$T/judge-tokens" >"$T/tokens"

# Who has signed, and who should have.
: >"$T/signed"
awk '
function is_to(n, by) { return (n, by) in to }
FILENAME ~ /\/tokens$/ { s = int($1 / 1000000); if ($3 == "open") open[$5] = 1; if ($3 == "valid" && (!($5 in own) || s < own[$5])) own[$5] = s; next }
FILENAME ~ /\/types$/ { type[$1] = $2; next }
FILENAME ~ /\/actors$/ { actor[++actors] = $1 " " $2 " " $3; good[$1, $2]; known[$1]; next }
FILENAME ~ /\/events$/ { # slugs and numbers alone are read of it
    if ($2 ~ /^details\.to\./) to[$1, $3]
    if ($2 == "details.outcome") outcome = $3
    if ($2 == "details.transfer" && !((n = sprintf("%06d", $3)) in answer)) answer[n] = outcome
    next
}
FILENAME ~ /\/judge-signatures$/ { p = $0; sub(/\|.*/, "", p); row[p] = $0; next }
{
    split($0, f, "\t"); there[f[5]]; stamped[f[4]]
    if ((f[1] == "signature" || f[1] == "pdf") && (f[2] in known) && !((f[2], f[3]) in good)) print "SIGNATURE_UNEXPECTED " f[5] ": the event does not name this signer"
}
END {
    for (i = 1; i <= actors; i++) {
        split(actor[i], a, " "); n = a[1]; p = "custody/" n ".sha256." a[2]
        if (!(("custody/" n ".sha256") in there)) continue
        found = (p ".p7s") in there ? p ".p7s" : p ".pdf"
        if ((found in there) && !(found in stamped)) print "TIMESTAMP_PENDING " found ": no timestamp yet"
        if ((p ".p7s") in there) {
            print row[p ".p7s"] "|" a[3] "|" own[p ".p7s"] "|" open[p ".p7s"] >(ENVIRON["T"] "/signed")
            if ((p ".pdf") in there) print "SIGNATURE_UNEXPECTED " p ".pdf: a second signature of one actor"
        }
        else if ((p ".pdf") in there) print "PDF_SIGNATURE_NOT_CHECKED " p ".pdf: a PDF signature, which this program cannot read"
        # A receiver may sign later; not at all where the transfer was refused; and has signed where it was accepted.
        else if (type[n] != "transfer" || !is_to(n, a[2])) print "SIGNATURE_MISSING " p ".p7s: an actor of the event has not signed"
        else if (answer[n] == "accepted") print "SIGNATURE_MISSING " p ".p7s: the transfer was received, and not countersigned"
        else if (answer[n] != "refused") print "COUNTERSIGNATURE_PENDING " p ".p7s: the receiver has not yet signed"
    }
}' "$T/tokens" "$T/types" "$T/actors" "$T/judge-signatures" "$T/events" "$T/kinds" >>"$T/faults"
while IFS='|' read -r path over seal over_sum reason digest algorithm named cert_digest imprint hashed gen acc shown signer set strong signs stamps cert_sum cert_sha1 expected own open; do
    check_signature
done <"$T/signed"

# ---- Time: tokens over seal n's signatures come no earlier than the tokens that seal n lists.

awk 'FILENAME ~ /sealed$/ { if (!($2 in seal)) seal[$2] = $3; next } # the first that lists it
    $3 == "valid" { gen[$4] = $1; acc[$4] = $2; over[$4] = $5 }
    END {
        for (t in gen) if (t in seal) { n = seal[t]; if (!(n in newest) || gen[t] - acc[t] > newest[n]) { newest[n] = gen[t] - acc[t]; which[n] = t } }
        for (t in gen) { n = substr(over[t], 9, 6); if (n in newest && gen[t] + acc[t] < newest[n]) print "TIME_ORDER " t ": earlier than " which[n] ", which its seal lists" }
    }' "$T/sealed" "$T/tokens" >>"$T/faults"
awk -F'\t' '
    function seconds(t,   y, m) { y = substr(t, 1, 4) + 0; m = substr(t, 6, 2) + 0; if (m < 3) { y--; m += 12 } return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(t, 9, 2) - 719469) * 86400 + substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2) }
    FILENAME ~ /sealed$/ { split($0, w, " "); if (!(w[2] in seal)) seal[w[2]] = w[3]; next }
    FILENAME ~ /tokens$/ {
        split($0, w, " "); if (w[3] != "valid") next
        n = substr(w[5], 9, 6); s = int(w[1] / 1000000); if (!(n in first) || s < first[n]) first[n] = s
        if (w[4] in seal) { n = seal[w[4]]; if (w[1] > newest[n]) newest[n] = w[1] + 0 }
        next
    }
    $2 == "time" {
        if (newest[$1] > held) held = newest[$1] + 0
        if (($1 in first) && seconds($3) > first[$1] + 300) print "CLOCK_AHEAD custody/" $1 ".json: claims a time of over 5 minutes after its timestamp"
        if ((seconds($3) + 300) * 1000000 < held) print "CLOCK_BEHIND custody/" $1 ".json: claims a time of over 5 minutes before a timestamp that its seal, or one before, lists"
    }' "$T/sealed" "$T/tokens" "$T/events" >>"$T/faults"

# ---- Derived files: byte for byte what the seals say; judged where the last event is an export.

if [ "$last_type" = export ]; then
    sort -k 2 "$T/manifest" >"$T/manifest-sha256.txt"
    printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$T/bagit.txt"
    awk -v day="${last_time%T*}" -v case_id="$last_case" '$2 ~ /^data\// { files++; octets += $1 }
        END { printf "Bagging-Date: %s\nExternal-Identifier: %s\nPayload-Oxum: %.0f.%d\n", day, case_id, octets, files }' "$T/sizes" >"$T/bag-info.txt"
    awk '{ path = substr($0, 67) } path !~ /^data\// && path != "tagmanifest-sha256.txt"' "$T/sums" >"$T/tagmanifest-sha256.txt"
    (cd -- "$T" && sha256sum bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt) >"$T/expected"
    printf '%s  index.html\n' "$index_page" >>"$T/expected"
    awk '{ path = substr($0, 67); digest = substr($0, 1, 64) } FILENAME ~ /\/sums$/ { sum[path] = digest; next }
        !(path in sum) { print "DERIVED_MISSING " path ": the export wrote it"; next }
        sum[path] != digest { print "DERIVED_DIFFERS " path ": says something else than the seals, or than the export names" }' \
        "$T/sums" "$T/expected" >>"$T/faults"
elif [ -n "$last" ]; then
    fault NOT_EXPORTED "custody/$last.json" 'the last event is not an export'
fi

# ---- Head: case/events/seal in groups of four/check digits (ISO/IEC 7064 MOD 97-10).

if [ -n "$head_given" ]; then
    printf '%s\n' "$head_given" | tr '[:upper:]' '[:lower:]' | awk '
        { gsub(/^[ \t]+|[ \t]+$/, "") } # a head is copied by hand
        NR > 1 || $0 !~ /^[a-z0-9][a-z0-9-]*\/[1-9][0-9]*\/[0-9a-f-]+\/[0-9][0-9]$/ { bad = 1; exit }
        {
            split($0, part, "/"); body = substr($0, 1, length($0) - 3) ; rest = 0
            for (i = 1; i <= length(body); i++) { v = index("0123456789abcdefghijklmnopqrstuvwxyz-/", substr(body, i, 1)) - 1; rest = (rest * 100 + v) % 97 }
            if (98 - (rest * 100) % 97 != part[4] + 0 || length(part[3]) != 79 || length(part[1]) > 64 || length(part[2]) > 6) bad = 1
            seal = part[3]; for (i = 5; i < 79; i += 5) if (substr(seal, i, 1) != "-") bad = 1
            gsub(/-/, "", seal); if (length(seal) != 64) bad = 1
        }
        END { if (bad) exit 1; print part[1] " " sprintf("%06d", part[2]) " " seal }' >"$T/head"
    if [ -s "$T/head" ]; then
        read -r its_case its_event its_seal <"$T/head"
        [ "$its_case" = "$case_id" ] || fault HEAD_DIFFERS head 'a head of another case'
        if ! there "custody/$its_event.sha256"; then fault HEAD_DIFFERS "custody/$its_event.sha256" 'the head has an event that is not here'
        elif [ "$(sha "custody/$its_event.sha256")" != "$its_seal" ]; then fault HEAD_DIFFERS "custody/$its_event.sha256" 'not the seal of the head'; fi
    else
        fault HEAD_UNREADABLE head 'not case/events/seal/check in its printed form, or mistyped'
    fi
fi

# ---- An older bundle: all of its history is here, byte for byte. Nothing in it is believed.

gone() { # whether a path is a record, or a token of a record, of a withheld item
    case $1 in custody/items/*) awk -v item="$(printf %s "$1" | cut -c 15-20)" '$1 == item { found = 1 } END { exit !found }' "$T/withheld" ;; *) false ;; esac
}
if [ -n "$old" ]; then
    (cd -- "$old" && walk \( ! -type f ! -type d -o -path '*[!A-Za-z0-9._/-]*' -o -path '*/.*' \)) >"$T/old-refused"
    if [ -s "$T/old-refused" ]; then
        fault HISTORY_UNREADABLE old 'a name that is refused, or something that is neither a file nor a folder'
    else
        (cd -- "$old" && walk -type f) | sed 's,^\./,,' | sort >"$T/old-files"
        awk "$kinds_awk"'{ classify($0); print kind "\t" number "\t" who "\t" over "\t" $0 }' "$T/old-files" >"$T/old-kinds"
        awk -F'\t' '$1 == "unknown" { print "HISTORY_UNREADABLE " $5 ": the format knows no such file" }
            $1 == "event" { have[$2 + 0] = 1; if ($2 + 0 > last) last = $2 + 0 }
            END { for (n = 1; n <= last; n++) if (!have[n]) gap = 1; if (gap || !last) print "HISTORY_UNREADABLE old: not its events from 1 on" }' "$T/old-kinds" >>"$T/faults"
        awk -F'\t' '$1 !~ /^(derived|unknown)$/ { print $1 " " $5 }' "$T/old-kinds" | while read -r kind path; do
            if there "$path"; then
                cmp -s -- "$path" "$old/$path" || fault HISTORY_DIFFERS "$path" 'not the same in the older bundle'
            elif [ "$kind" != data ] && ! gone "$path"; then fault HISTORY_DIFFERS "$path" 'in the older bundle, and not here'; fi
        done
    fi
fi

# ---- What was found. Short names and numbers alone: nothing that a bundle could say in its own words.

awk '{ print $3 }' "$T/actors" | sort -u | while read -r digest; do
    there "trust/$digest.cer" || continue
    parties=$(openssl x509 -inform DER -in "trust/$digest.cer" -noout -subject -issuer 2>/dev/null | sed 's/^[a-z]*=//' | sort -u | awk 'END { print NR }')
    [ "$parties" != 1 ] || echo "$digest" # who vouches for himself
done >"$T/self-issued"
awk 'FILENAME ~ /\/tokens$/ { if ($3 == "valid" && (!($5 in shown) || $6 < shown[$5])) shown[$5] = $6; next }
    FILENAME ~ /\/types$/ { type[$1] = " " $2; next }
    FILENAME ~ /\/self-issued$/ { self[$1]; next }
    FILENAME ~ /\/actors$/ {
        p = "custody/" $1 ".sha256." $2 ".p7s"; if (!(p in shown)) sub(/p7s$/, "pdf", p)
        by[$1] = by[$1] " " (p in shown ? shown[p] : "-") " " $2 ($3 in self ? " (not certified)" : ""); next
    }
    { print $1 type[$1] by[$1] }' "$T/tokens" "$T/types" "$T/self-issued" "$T/actors" "$T/numbers"
verdict
