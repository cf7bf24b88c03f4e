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
for program in awk base64 cmp comm find od openssl paste sha256sum sha384sum sha512sum sort; do
    command -v "$program" >/dev/null || usage "$program is not installed"
done
openssl x509 -in "$signer_roots" -noout 2>/dev/null || usage 'SIGNER_ROOTS.pem holds no certificate'
openssl x509 -in "$tsa_roots" -noout 2>/dev/null || usage 'TSA_ROOTS.pem holds no certificate'
[ -z "$old" ] || [ -d "$old" ] || usage 'OLD_FOLDER is not a folder'
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
trap 'exit 2' HUP INT TERM
cd -- "$1" 2>/dev/null || usage 'BUNDLE_FOLDER is not a folder'

# Whatever a tool complains about is kept: where one has failed, there is no verdict.
exec 3>&2 2>"$T/errors"
held() { # NAME STATUS HIGHEST: a tool in the middle of a pipeline must not fail unheard
    [ "$2" -le "$3" ] || printf '%s ended with %s\n' "$1" "$2" >&2
    return "$2"
}
awk() { command awk "$@" || held awk $? 1; } # 1: our own programs refuse what they read
comm() { command comm "$@" || held comm $? 0; }
cut() { command cut "$@" || held cut $? 0; }
paste() { command paste "$@" || held paste $? 0; }
sed() { command sed "$@" || held sed $? 0; }
sort() { command sort "$@" || held sort $? 0; }

# Faults are lines of a file, so that pipelines and subshells can add to it.
: >"$T/faults"
fault() { printf '%s %s: %s\n' "$1" "$2" "$3" >>"$T/faults"; }
faults_from() { # lines "CODE path<TAB>text"
    while IFS='	' read -r where text; do fault "${where%% *}" "${where#* }" "$text"; done
}
verdict() {
    # SIGNER_NOT_TRUSTED and the like are not proof of tampering: they leave the question open (exit 3).
    open='^(UNSEALED_FILE|COUNTERSIGNATURE_PENDING|PDF_SIGNATURE_NOT_CHECKED|SIGNER_NOT_TRUSTED|TIMESTAMP_PENDING'
    open="$open|REVOCATION_LATE|TSA_NOT_TRUSTED|TSA_EXPIRED|CLOCK_BEHIND|CLOCK_AHEAD|NOT_EXPORTED) "
    if [ -s "$T/errors" ]; then
        cat "$T/errors" >&3
        printf 'verify.sh: a tool failed on this machine; there is no verdict\n' >&3
        exit 2
    fi
    sort -u "$T/faults"
    if grep -qvE "$open" "$T/faults"; then echo FAILED && exit 1; fi
    if [ -s "$T/faults" ]; then echo INDETERMINATE && exit 3; fi
    echo PASSED && exit 0
}
sha() { sha256sum <"$1" | cut -c 1-64; }
there() { [ -f "$1" ]; } # links have been refused before this is asked

# ---- Names: before anything is read. A bundle with a hostile name is not looked at further.

walk() { # everything but the working folder of a live case
    find . \( -path ./.evidentia -type d -prune \) -o ! -name . "$@" -print
}
printable() { tr -c 'A-Za-z0-9._/\n-' '?' | sed 's,^\./,,'; }
walk >"$T/all" 2>/dev/null || fault ARCHIVE_UNREADABLE . 'a folder cannot be read'
walk ! -type f ! -type d | printable | while read -r name; do
    fault LINK_OR_DEVICE "$name" 'neither a file nor a folder'
done
walk \( -name '.*' -o -name '*[!A-Za-z0-9._-]*' \) | printable | while read -r name; do
    case $name in data/*) code=NAME_REFUSED ;; *) code=UNKNOWN_FILE ;; esac
    fault "$code" "$name" 'a character that is not allowed, or a leading dot'
done
[ ! -s "$T/faults" ] || verdict
sed 's,^\./,,' "$T/all" | awk -F/ '
    tolower($0) ~ /(^|\/)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.[^\/]*)?(\/|$)/ { print ($1 == "data" ? "NAME_REFUSED " : "UNKNOWN_FILE ") $0 "\ta device on Windows" }
    { for (i = 1; i <= NF; i++) if (length($i) > 100) { print (($1 == "data") ? "NAME_REFUSED " : "UNKNOWN_FILE ") $0 "\ta segment of over 100 characters"; break } }
    tolower($0) in seen { print "NAMES_COLLIDE " $0 "\tone name with " seen[tolower($0)] " on some file systems" }
    { seen[tolower($0)] = $0 }' | faults_from
[ ! -s "$T/faults" ] || verdict
walk -type f | sed 's,^\./,,' | sort >"$T/files"

# What each path is: kind, number, who, what it stamps, path.
kinds_awk='
function six(s) { return s ~ /^[0-9][0-9][0-9][0-9][0-9][0-9]$/ && s != "000000" }
function stamp(s) { return s == ".tsr" || s ~ /^\.([2-9]|[1-9][0-9])\.tsr$/ }
function slug(s) { return s ~ /^[a-z0-9-]+$/ && length(s) <= 32 }
function say(kind, who, over) { print kind "\t" number "\t" who "\t" over "\t" $0; known = 1 }
function custody(name, items,   rest, at, who, end) {
    number = substr(name, 1, 6); rest = substr(name, 7)
    if (!six(number)) return
    if (!items && rest == ".json") { say("event", "-", "-"); return }
    if (substr(rest, 1, 7) != ".sha256") return
    rest = substr(rest, 8)
    if (rest == "") { say(items ? "record" : "seal", "-", "-"); return }
    if (items) { if (stamp(rest)) say("token", "-", "custody/items/" number ".sha256"); return }
    rest = substr(rest, 2); at = index(rest, ".")
    who = substr(rest, 1, at - 1); end = substr(rest, at)
    if (!at || !slug(who) || end !~ /^\.(p7s|pdf)/) return
    if (length(end) == 4) { say(end == ".p7s" ? "signature" : "pdf", who, "-"); return }
    if (stamp(substr(end, 5))) say("token", who, "custody/" number ".sha256." who substr(end, 1, 4))
}
{
    n = split($0, part, "/"); known = 0; number = "-"
    if (n == 1 && $0 ~ /^(index\.html|bag-info\.txt|bagit\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt)$/) say("derived", "-", "-")
    if (n > 2 && part[1] == "data" && six(part[2])) { number = part[2]; say("data", "-", "-") }
    if (n == 2 && part[1] == "trust" && part[2] ~ /^[0-9a-f]+\.(cer|crl|ocsp)$/ && index(part[2], ".") == 65) say("trust", "-", "-")
    if (n == 2 && part[1] == "custody") custody(part[2], 0)
    if (n == 3 && part[1] == "custody" && part[2] == "items") custody(part[3], 1)
    if (!known) print "unknown\t-\t-\t-\t" $0
}'
awk "$kinds_awk" "$T/files" >"$T/kinds"
of_kind() { awk -F'\t' -v kind="$1" '$1 == kind { print $5 }' "$T/kinds"; }
of_kind unknown | while read -r path; do
    case $path in data/*) code=NAME_REFUSED ;; *) code=UNKNOWN_FILE ;; esac
    fault "$code" "$path" 'the format knows no such file'
done

# ---- Events: strict canonical JSON of the one shape that the format allows.

# Parses one event and prints "path<TAB>raw string"; or "!reason" and exit 1. Strings are kept in their escaped
# form, in which the format leaves only \" \\ and \n, so that no value can break a line or a column.
event_awk='
function fail(why) { print "!" why; failed = 1; exit 1 }
function string(   start, c) {
    if (substr(text, p, 1) != "\"") fail("a string is expected")
    start = ++p
    while ((c = substr(text, p, 1)) != "\"") {
        if (c == "") fail("a string does not end")
        if (c == "\\") { c = substr(text, ++p, 1); if (c != "\"" && c != "\\" && c != "n") fail("a control character or a needless escape") }
        p++
    }
    p++
    return substr(text, start, p - 1 - start)
}
function leaf(path, type, value) { kind[path] = type; val[path] = value; order[++leaves] = path }
function value(path, depth,   c, key, last, n) {
    if (depth > 4) fail("nested too deeply")
    c = substr(text, p, 1)
    if (c == "\"") { leaf(path, "text", string()); return }
    if (c ~ /[1-9]/) {
        n = p
        while (substr(text, p, 1) ~ /^[0-9]$/) p++
        if (p - n > 6) fail("a number of over six digits")
        leaf(path, "number", substr(text, n, p - n)); return
    }
    if (c != "{" && c != "[") fail("a value that no event has")
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
{ text = $0 }
END {
    if (failed) exit 1
    rest = text
    gsub(/[\302-\337][\200-\277]|\340[\240-\277][\200-\277]|[\341-\354\356\357][\200-\277][\200-\277]|\355[\200-\237][\200-\277]|\360[\220-\277][\200-\277][\200-\277]|[\361-\363][\200-\277][\200-\277][\200-\277]|\364[\200-\217][\200-\277][\200-\277]/, "", rest)
    if (rest ~ /[\200-\377]/) fail("not UTF-8")
    if (text ~ /\302[\200-\237]/) fail("a control character")
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
    for (i = 1; i <= leaves; i++) print order[i] "\t" val[order[i]]
}'

mkdir "$T/ev"
: >"$T/events"
awk -F'\t' '$1 == "event" { print $2 }' "$T/kinds" | sort >"$T/numbers"
[ -s "$T/numbers" ] || fault NO_EVENTS custody 'there is no event'
awk -F'\t' '($1 ~ /^(event|seal|signature|pdf)$/ || $1 == "token" && $3 != "-") && $2 + 0 > last { last = $2 + 0 }
    $1 == "event" { have[$2 + 0] = 1 }
    END { for (n = 1; n <= last; n++) if (!have[n]) { printf "EVENT_MISSING custody/%06d.json\tnot there, and something later is\n", n; while (n < last && !have[n + 1]) n++ } }' \
    "$T/kinds" | faults_from
while read -r n; do
    : >"$T/ev/$n"
    if ! tr -d '\000-\037\177' <"custody/$n.json" | cmp -s - "custody/$n.json"; then
        fault EVENT_MALFORMED "custody/$n.json" 'a line break or control character'
    elif [ "$(wc -c <"custody/$n.json")" -gt 1048576 ]; then
        fault EVENT_MALFORMED "custody/$n.json" 'larger than 1 MiB'
    elif (cat "custody/$n.json" && echo) | awk -v number="$n" "$event_awk" >"$T/ev/$n"; then
        sed "s/^/$n	/" "$T/ev/$n" >>"$T/events"
    else
        fault EVENT_MALFORMED "custody/$n.json" "$(sed -n 's/^!//p' "$T/ev/$n")"
    fi
done <"$T/numbers"
awk -F'\t' '$2 == "case" { if (case == "") case = $3; if ($3 != case) print "EVENT_OF_OTHER_CASE custody/" $1 ".json\tthe first event is of another case" }
    $2 == "time" { if ($3 "" < last "") print "CLOCK_BEHIND custody/" $1 ".json\tclaims a time before that of the event before it"; last = $3 }' \
    "$T/events" | faults_from
case_id=$(awk -F'\t' '$2 == "case" { print $3; exit }' "$T/events")
last=$(tail -n 1 "$T/numbers")

# Tables: actors (event, who, certificate), items (item, record, event), what may be and is withheld.
awk -F'\t' '$2 ~ /^actors\.[0-9]+\.certificate$/ { c = $3 } $2 ~ /^actors\.[0-9]+\.who$/ { print $1, $3, c }' "$T/events" >"$T/actors"
awk -F'\t' '$2 ~ /^items\.[0-9]+\.item$/ { i = $3 } $2 ~ /^items\.[0-9]+\.record$/ { printf "%06d %s %s\n", i, $3, $1 }' "$T/events" >"$T/items"
withheld_of() { # the list of one event: item, record
    awk -F'\t' -v n="$1" -v list="$2" '$1 == n && index($2, list ".") == 1 { if ($2 ~ /\.item$/) i = $3; else printf "%06d %s\n", i, $3 }' "$T/events"
}
while read -r n; do sed -n 's/^type	//p' "$T/ev/$n" >"$T/ev/$n.type"; done <"$T/numbers"
type_of() { cat "$T/ev/$1.type"; }
export_event=$(awk -F'\t' '$2 == "type" && $3 == "export" { n = $1 } END { print n }' "$T/events")
: >"$T/withheld"
[ -z "$export_event" ] || withheld_of "$export_event" details.withheld >"$T/withheld"

# ---- Custody: who may add what (the table of docs/format.md).

awk -F'\t' '
function fault(code, text) { print code " custody/" n ".json\t" text; broken = 1 }
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
END { if (n != "") judge() }' "$T/events" | faults_from

# ---- Seals and records: ordinary checksum files, of strict grammar.

# Prints "digest path" of the lines below the "#" header; "!reason" and exit 1 where the grammar is broken.
lines_awk='
function fail(why) { print "!" why; failed = 1; exit 1 }
/^#/ { if (body) fail("a header line below the lines"); headers++; next }
{
    body++; hash = substr($0, 1, 64); path = substr($0, 67)
    if (hash ~ /[^0-9a-f]/ || substr($0, 65, 2) != "  " || path !~ /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/) fail("not a checksum line")
    k = split(path, part, "/"); for (i = 1; i <= k; i++) if (length(part[i]) > 100) fail("a segment of over 100 characters")
    if (path "" <= last "") fail("not sorted, or a path stands twice")
    if (path !~ inside) fail("a path that does not belong here")
    last = path; print hash " " path
}
END { if (!failed && !body) fail("no checksum line"); if (failed) exit 1 }'
checksum_lines() { # FILE INSIDE -> $T/lines; else a reason in $reason
    if [ -n "$(tail -c 1 "$1" | tr -d '\000')" ]; then reason='no final newline' && return 1; fi
    if ! tr -d '\000-\011\013-\037\177-\377' <"$1" | cmp -s - "$1"; then reason='a byte that is not plain ASCII' && return 1; fi
    awk -v inside="$2" "$lines_awk" "$1" >"$T/lines" || { reason=$(sed -n 's/^!//p' "$T/lines") && return 1; }
}
compare() { # FILE MISSING_CODE CHANGED_CODE: what sha256sum says of the lines of FILE
    sha256sum --strict -c -- "$1" 2>/dev/null | awk -v list="$1" -v missing="$2" -v changed="$3" '
        / FAILED open or read$/ { sub(/: FAILED open or read$/, ""); print missing " " $0 "\tlisted by " list; next }
        / FAILED$/ { sub(/: FAILED$/, ""); print changed " " $0 "\tnot what " list " lists" }'
}
gone() { # whether a path is a record, or a token of a record, of a withheld item
    case $1 in custody/items/*) grep -q "^$(printf %s "$1" | cut -c 15-20) " "$T/withheld" ;; *) false ;; esac
}

# What each seal's header must say, in one pass over the events.
awk -F'\t' -v to="$T/header." '
function flush(   i, j, t) {
    if (n == "") return
    print "# evidentia seal 1 case=" case_id " event=" (n + 0) " type=" type >(to n)
    for (i = 1; i <= k; i++) for (j = i; j > 1 && line[j] "" < line[j - 1] ""; j--) { t = line[j]; line[j] = line[j - 1]; line[j - 1] = t }
    for (i = 1; i <= k; i++) print line[i] >(to n)
    if (type == "export") for (i = 1; i <= w; i++) print absent[i] >(to n)
    close(to n)
}
$1 != n { flush(); n = $1; k = w = 0 }
$2 == "case" { case_id = $3 }
$2 == "type" { type = $3 }
$2 ~ /^actors\.[0-9]+\.certificate$/ { certificate = $3 }
$2 ~ /^actors\.[0-9]+\.who$/ { line[++k] = "# signer " $3 " " certificate }
$2 ~ /^details\.withheld\.[0-9]+\.item$/ { item = $3 }
$2 ~ /^details\.withheld\.[0-9]+\.record$/ { absent[++w] = sprintf("# withheld %06d %s", item, $3) }
END { flush() }' "$T/events"

: >"$T/sealed" # digest, path, seal
while read -r n; do
    seal=custody/$n.sha256
    there "$seal" || { fault SEAL_MISSING "$seal" 'its event has no seal' && continue; }
    checksum_lines "$seal" '^(custody|trust)/' || { fault SEAL_MALFORMED "$seal" "$reason" && continue; }
    compare "$seal" SEALED_FILE_MISSING SEALED_FILE_CHANGED | while IFS='	' read -r where text; do
        path=${where#* }
        grep -q " $path " "$T/sealed" && continue # listed twice: that is said below
        case $where in SEALED_FILE_MISSING*) gone "$path" && ! there "$path" && continue ;; esac
        fault "${where%% *}" "$path" "$text"
    done
    sed "s/\$/ $n/" "$T/lines" >>"$T/sealed"
    [ -s "$T/header.$n" ] || continue # the event is malformed, and that was said
    grep '^#' "$seal" | cmp -s - "$T/header.$n" || fault SEAL_HEADER_DIFFERS "$seal" 'the header says something else than the event'
done <"$T/numbers"
awk '{ print $2 }' "$T/sealed" | awk "$kinds_awk" | cut -f 1-3 >"$T/sealed-kinds"
paste -d ' ' "$T/sealed" "$T/sealed-kinds" | awk -v items="$T/items" -v numbers="$T/numbers" '
function fault(code, text) { print code " custody/" n ".sha256\t" text }
BEGIN {
    while ((getline row <items) > 0) { split(row, w, " "); p = "custody/items/" w[1] ".sha256"; brings[w[3], p]; want[w[3]] = want[w[3]] " " p; named[w[3], p] = w[2] }
    while ((getline row <numbers) > 0) order[++count] = row
}
{
    n = $3; read_[n] = 1; listed[n, $2] = $1
    if ($2 in first) { print "SEALED_TWICE " $2 "\tlisted by seals " first[$2] " and " n; next }
    first[$2] = n; number = $5; who = $6
    if ($4 == "trust" || $4 == "token" && who == "-" || $4 == "event" && number == n || $4 == "seal" && number + 1 == n + 0) next
    if ($4 ~ /^(signature|pdf|token)$/ && number < n || $4 == "record" && ((n, $2) in brings)) next
    fault("SEAL_MALFORMED", "lists what may not be sealed here: " $2)
}
END {
    for (c = 1; c <= count; c++) {
        n = order[c]; if (!read_[n]) continue
        if (!((n, "custody/" n ".json") in listed)) fault("SEAL_INCOMPLETE", "does not list its own event")
        if (n + 0 > 1 && !((n, sprintf("custody/%06d.sha256", n - 1)) in listed)) fault("SEAL_INCOMPLETE", "does not list the seal before")
        k = split(want[n], path, " ")
        for (i = 1; i <= k; i++) {
            if (!((n, path[i]) in listed)) fault("SEAL_INCOMPLETE", "does not list " path[i])
            else if (listed[n, path[i]] != named[n, path[i]]) print "RECORD_DIFFERS " path[i] "\tevent " n " names another digest than its seal"
        }
    }
}' | faults_from
awk -F'\t' '$1 !~ /^(data|derived|unknown)$/ { print $5 }' "$T/kinds" | sort >"$T/to-seal"
awk '{ print $2 }' "$T/sealed" | sort -u | comm -23 "$T/to-seal" - | while read -r path; do
    case $path in custody/"$last".sha256*) ;; *) fault UNSEALED_FILE "$path" 'no seal lists it' ;; esac
done

# ---- Items.

awk '$1 + 0 > last { last = $1 + 0 } { have[$1 + 0] = 1 }
    END { for (n = 1; n <= last; n++) if (!have[n]) { printf "ITEM_MISSING data/%06d\tno event brings it in, and there are later items\n", n; while (n < last && !have[n + 1]) n++ } }' "$T/items" | faults_from
awk '{ if ($1 in seen) print "ITEM_TWICE custody/" $3 ".json\titem " $1 " came with event " seen[$1]; else seen[$1] = $3 }' "$T/items" | faults_from
awk -F'\t' 'FILENAME ~ /items$/ { split($0, w, " "); known[w[1]]; next } ($1 == "data" || $1 == "record") && !($2 in known) { print "ITEM_UNKNOWN " ($1 == "data" ? "data/" $2 : $5) "\tno event brings it in" }' \
    "$T/items" "$T/kinds" | sort -u | faults_from
: >"$T/manifest"
awk '!seen[$1]++' "$T/items" | while read -r item record event; do
    path=custody/items/$item.sha256
    if grep -q "^$item " "$T/withheld"; then
        awk -F'\t' -v item="$item" '$2 == item && ($1 == "data" || $1 == "record" || $1 == "token" && $3 == "-") { print "WITHHELD_PRESENT " $5 "\tits item is withheld" }' "$T/kinds" | faults_from
        continue
    fi
    data=$(awk -F'\t' -v item="$item" '$1 == "data" && $2 == item { print 1; exit }' "$T/kinds")
    if ! there "$path"; then
        if [ -n "$data" ]; then fault RECORD_MISSING "$path" "item $item is here without its record"
        else fault ITEM_MISSING "data/$item" "came with event $event, and no export withholds it"; fi
        continue
    fi
    [ "$(sha "$path")" = "$record" ] || fault RECORD_DIFFERS "$path" "not the record that event $event names"
    checksum_lines "$path" "^data/$item/" || { fault RECORD_MALFORMED "$path" "$reason" && continue; }
    salt=$(sed -n '1s/^# salt //p' "$path")
    case $salt in *[!0-9a-f]* | '') salt=x ;; esac
    if [ ${#salt} -ne 32 ] || [ "$(grep -c '^#' "$path")" -ne 1 ]; then
        fault RECORD_MALFORMED "$path" 'the one header line is not "# salt " and 32 hex digits' && continue
    fi
    cut -d ' ' -f 1,2 --output-delimiter='  ' "$T/lines" >>"$T/manifest"
    compare "$path" ITEM_FILE_MISSING ITEM_FILE_CHANGED | faults_from
    cut -d ' ' -f 2 "$T/lines" >"$T/listed"
    awk -F'\t' -v item="$item" '$1 == "data" && $2 == item { print $5 }' "$T/kinds" | sort | comm -23 - "$T/listed" | while read -r extra; do
        fault ITEM_FILE_UNLISTED "$extra" 'its record does not list it'
    done
done

# What an export withholds must be what the item's event named, and what a disclosure before it allows.
: >"$T/disclosed"
while read -r n; do
    case $(type_of "$n") in
    disclose) withheld_of "$n" details.may_withhold >>"$T/disclosed" ;;
    export) withheld_of "$n" details.withheld | while read -r item record; do
        grep -qx "$item $record" "$T/disclosed" || fault WITHHELD_NOT_ALLOWED "custody/$n.json" "no disclosure names item $item"
    done ;;
    esac
done <"$T/numbers"
while read -r item record; do
    if ! grep -q "^$item " "$T/items"; then fault ITEM_UNKNOWN "data/$item" 'withheld, and no event brings it in'
    elif ! grep -q "^$item $record " "$T/items"; then fault RECORD_DIFFERS "data/$item" 'the export names another record than its event'; fi
done <"$T/withheld"

# ---- Trust files; and, where there is revocation data, the pool of certificates that lead to the caller's anchors.

cat "$signer_roots" "$tsa_roots" >"$T/pool.pem"
: >"$T/untrusted.pem"
of_kind trust | while read -r path; do
    name=${path#trust/}
    if [ "$(sha "$path")" != "${name%.*}" ]; then fault TRUST_FILE_MALFORMED "$path" 'not the SHA-256 in its name' && continue; fi
    case $path in
    *.cer) openssl x509 -inform DER -in "$path" 2>/dev/null >>"$T/untrusted.pem" || fault TRUST_FILE_MALFORMED "$path" 'not a certificate' ;;
    *.crl) openssl crl -inform DER -in "$path" -noout 2>/dev/null || fault TRUST_FILE_MALFORMED "$path" 'not a CRL' ;;
    *.ocsp) openssl ocsp -respin "$path" -noverify >/dev/null 2>&1 || fault TRUST_FILE_MALFORMED "$path" 'not an OCSP answer' ;;
    esac
done
chains() { # CERTIFICATE ANCHORS UNTRUSTED [TIME_OPTION...]: whether it leads to an anchor of the caller
    cert=$1 anchors=$2 untrusted=$3 && shift 3
    [ -s "$untrusted" ] && set -- "$@" -untrusted "$untrusted"
    openssl verify -no-CApath -no-CAstore -CAfile "$anchors" -partial_chain -auth_level 2 -purpose any "$@" "$cert" >/dev/null 2>&1
}
if of_kind trust | grep -qE '\.(crl|ocsp)$'; then of_kind trust | grep '\.cer$'; fi | while read -r path; do
    openssl x509 -inform DER -in "$path" -out "$T/one.pem" 2>/dev/null || continue
    if chains "$T/one.pem" "$signer_roots" "$T/untrusted.pem" -no_check_time || chains "$T/one.pem" "$tsa_roots" "$T/untrusted.pem" -no_check_time; then
        cat "$T/one.pem" >>"$T/pool.pem"
    fi
done
# Revocations by CRLs that a certificate of the pool signed: serial, seconds since 1970, the CRL's seal, issuer.
seconds_awk='
BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", name, " "); for (i in name) month[name[i]] = i }
function seconds(y, m, d, t,   c) { if (m < 3) { y--; m += 12 } split(t, c, ":"); return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d - 719469) * 86400 + c[1] * 3600 + c[2] * 60 + c[3] }'
nobody=999999 # stands for "no seal", which comes after all
seal_of() { awk -v p="$1" -v nobody=$nobody '$2 == p { print $3; found = 1; exit } END { if (!found) print nobody }' "$T/sealed"; }
: >"$T/revoked"
of_kind trust | grep '\.crl$' | while read -r path; do
    openssl crl -inform DER -in "$path" -noout -CAfile "$T/pool.pem" -no-CApath -no-CAstore 2>&1 | grep -q '^verify OK' || continue
    issuer=$(openssl crl -inform DER -in "$path" -noout -issuer -nameopt RFC2253)
    openssl crl -inform DER -in "$path" -noout -text 2>/dev/null | awk -v issuer="${issuer#issuer=}" -v seal="$(seal_of "$path")" "$seconds_awk"'
        /^    Serial Number: / { serial = $3 }
        /^        Revocation Date: / { print serial, seconds($6, month[$3], $4, $5), seal, issuer }' >>"$T/revoked"
done
# The pool one by one, and which OCSP answers there are: openssl asks for the issuer of each certificate.
mkdir "$T/pool" "$T/told"
of_kind trust | grep '\.ocsp$' >"$T/answers"
if [ -s "$T/answers" ]; then
    awk -v to="$T/pool/" '/^-----BEGIN CERTIFICATE-----$/ { n++; on = 1 } on { print >(to n ".pem") } /^-----END/ { on = 0; close(to n ".pem") }' "$T/pool.pem"
fi
answered() { # CERTIFICATE: revocations by OCSP answers of its issuer or of a responder with its delegation: seconds, seal
    issuer=$(openssl x509 -in "$1" -noout -issuer_hash)
    for one in "$T"/pool/*.pem; do
        [ "$(openssl x509 -in "$one" -noout -subject_hash)" = "$issuer" ] || continue
        while read -r answer; do
            openssl ocsp -respin "$answer" -issuer "$one" -sha1 -cert "$1" -sha256 -cert "$1" -sha384 -cert "$1" -sha512 -cert "$1" \
                -CAfile "$one" -no-CApath -no-CAstore -partial_chain -no_check_time 2>&1 |
                awk -v seal="$(seal_of "$answer")" "$seconds_awk"'
                    $0 == "Response verify OK" { good = 1 }
                    /^\tRevocation Time: / { when = seconds($6, month[$3], $4, $5) }
                    END { if (good && when != "") print when, seal }'
        done <"$T/answers"
    done
}
told() { # CERTIFICATE: a file with all that revocation data say of it, asked once: seconds, seal
    serial=$(openssl x509 -in "$1" -noout -serial) name=$(openssl x509 -in "$1" -noout -issuer -nameopt RFC2253)
    about=$T/told/$(sha "$1")
    if [ ! -f "$about" ]; then
        awk -v serial="${serial#serial=}" -v issuer="${name#issuer=}" '
            $1 == serial { found = $2 " " $3; $1 = $2 = $3 = ""; sub(/^ */, ""); if ($0 == issuer) print found }' "$T/revoked" >"$about"
        [ ! -s "$T/answers" ] || answered "$1" >>"$about"
    fi
    printf '%s\n' "$about"
}
judge_revocation() { # CERTIFICATE SECONDS LAST_SEAL PATH CODE: false, and said, where it was revoked by then
    [ -s "$T/revoked" ] || [ -s "$T/answers" ] || return 0
    said=$(awk -v at="$2" -v last="$3" '$1 <= at { if ($2 <= last) early = 1; else late = 1 } END { print early ? "revoked" : late ? "late" : "" }' "$(told "$1")")
    case $said in
    revoked) fault "$5" "$4" 'the certificate was revoked before its use' ;;
    late) fault REVOCATION_LATE "$4" 'data that were sealed later say that the certificate was revoked before its use' ;;
    *) return 0 ;;
    esac
    return 1
}
stamps() { # CERTIFICATE: whether its extended key usage is timestamping, alone and critical (RFC 3161, 2.3)
    [ "$(openssl x509 -in "$1" -noout -ext extendedKeyUsage 2>/dev/null | tr -d ' \n')" = 'X509v3ExtendedKeyUsage:criticalTimeStamping' ]
}
may_sign() { # CERTIFICATE: whether its key usage, where there is one, allows signatures
    cmp -s "$1" "$1.signs" && return 0
    usage=$(openssl x509 -in "$1" -noout -ext keyUsage 2>/dev/null)
    case $usage in '' | *'Digital Signature'* | *'Non Repudiation'*) cp "$1" "$1.signs" ;; *) false ;; esac
}
weak_key() { # CERTIFICATE; the one found good the last time is not looked at again
    cmp -s "$1" "$1.good" && return 1
    openssl x509 -in "$1" -noout -pubkey 2>/dev/null | openssl pkey -pubin -noout -text 2>/dev/null | awk '
        NR == 1 && / \([0-9]+ bit\)/ { sub(/.*\(/, ""); bits = $1 + 0 }
        /^ASN1 OID: (prime256v1|secp384r1)$/ { good = 1 }
        /^Exponent: / { if (bits >= 2048) good = 1 }
        END { exit good }' || { cp "$1" "$1.good" && return 1; }
}

# ---- Signatures and tokens.

# A walk through DER as hex: enough of CMS SignedData and TSTInfo to see what openssl does not report.
der_awk='
function fail(why) { print "reason=\"" why "\""; failed = 1; exit 1 }
function byte(p) { return 16 * (index(digits, substr(h, 2 * p + 1, 1)) - 1) + index(digits, substr(h, 2 * p + 2, 1)) - 1 }
function open(p,   n, i) { # sets tag, from, to
    if (2 * p + 4 > length(h)) fail("truncated DER")
    tag = substr(h, 2 * p + 1, 2); n = byte(p + 1); from = p + 2
    if (n == 128 || n > 132) fail("a length that DER does not have")
    if (n > 128) { i = n - 128; n = 0; while (i--) n = n * 256 + byte(from++) }
    to = from + n
    if (2 * to > length(h)) fail("truncated DER")
}
function enter(p, wanted, what) { open(p); if (tag != wanted) fail(what) }
function hexof(a, b) { return substr(h, 2 * a + 1, 2 * (b - a)) }
function oid(p,   a) { enter(p, "30", "no algorithm"); a = to; enter(from, "06", "no algorithm"); algorithm = hexof(from, to); to = a }
function ascii(a, b,   s) { s = ""; for (; a < b; a++) s = s substr(" !\"#$%&\047()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ", byte(a) - 31, 1); return s }
function number(a, b,   v) { v = 0; for (; a < b; a++) v = v * 256 + byte(a); return v }
function tst(p,   end, acc) { # TSTInfo, RFC 3161 2.4.2: prints gen (microseconds) and accuracy
    enter(p, "30", "no TSTInfo"); end = to
    enter(from, "02", "no version"); enter(to, "06", "no policy")
    enter(to, "30", "no imprint"); p = to; oid(from); print "imprint=" algorithm; enter(to, "04", "no imprint"); print "hashed=" hexof(from, to)
    enter(p, "02", "no serial"); enter(to, "18", "no genTime"); print "gen=" micros(ascii(from, to)); p = to
    acc = 1000000
    if (p < end) { open(p); if (tag == "30") {
        p = from; end = to; acc = 0
        while (p < end) { open(p); acc += number(from, to) * (tag == "02" ? 1000000 : tag == "80" ? 1000 : 1); p = to } } }
    print "acc=" acc
}
function micros(t,   y, m, f) {
    if (t !~ /^[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9](\.[0-9]+)?Z$/) fail("no genTime in UTC")
    f = index(t, ".") ? substr(t, 16, length(t) - 16) : ""
    if (f ~ /0$/) fail("genTime with a trailing zero")
    f = substr(f "000000", 1, 6); print "shown=" substr(t, 1, 4) "-" substr(t, 5, 2) "-" substr(t, 7, 2) "T" substr(t, 9, 2) ":" substr(t, 11, 2) ":" substr(t, 13, 2) "." f "Z"
    y = substr(t, 1, 4) + 0; m = substr(t, 5, 2) + 0; if (m < 3) { y--; m += 12 }
    return sprintf("%.0f", ((365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(t, 7, 2) - 719469) * 86400 + substr(t, 9, 2) * 3600 + substr(t, 11, 2) * 60 + substr(t, 13, 2)) * 1000000 + f)
}
{ h = h $0 }
END {
    if (failed) exit 1
    digits = "0123456789abcdef"; gsub(/[^0-9a-f]/, "", h); p = 0
    if (token) { # TimeStampResp: PKIStatusInfo, then the token
        enter(0, "30", "no TimeStampResp"); if (2 * to != length(h)) fail("bytes after the end")
        enter(from, "30", "no status"); p = to; print "at=" p; enter(from, "02", "no status"); if (hexof(from, to) != "00") fail("status is not granted")
    }
    enter(p, "30", "no ContentInfo"); if (2 * to != length(h)) fail("bytes after the end")
    enter(from, "06", "no content type"); if (hexof(from, to) != "2a864886f70d010702") fail("not SignedData")
    enter(to, "a0", "no SignedData"); enter(from, "30", "no SignedData"); last = to
    enter(from, "02", "no version"); enter(to, "31", "no digest algorithms")
    enter(to, "30", "no content"); p = to; end = to; enter(from, "06", "no content type"); type = hexof(from, to)
    if (type != (token ? "2a864886f70d0109100104" : "2a864886f70d010701")) fail("another content type")
    if (token) { enter(to, "a0", "no TSTInfo"); enter(from, "04", "no TSTInfo"); tst(from) }
    else if (to != end) fail("the signature is not detached")
    open(p); while (tag == "a0" || tag == "a1") { p = to; open(p) }
    if (tag != "31" || to != last) fail("no signers"); end = to
    enter(from, "30", "no signer"); if (to != end) fail("not exactly one signer"); end = to
    enter(from, "02", "no version"); open(to); oid(to); print "digest=" algorithm
    p = to; open(p); if (tag != "a0") fail("no signed attributes")
    p = from; stop = to
    while (p < stop) {
        enter(p, "30", "no attribute"); p = to; enter(from, "06", "no attribute"); a = hexof(from, to)
        if (a in seen) fail("an attribute stands twice"); seen[a]
        enter(to, "31", "no attribute value"); one = to; open(from); if (to != one) fail("an attribute with several values")
        if (a == "2a864886f70d010910022f") { # SigningCertificateV2 (RFC 5035): the first certificate named, by its digest
            enter(from, "30", "no certificate named"); enter(from, "30", "no certificate named"); first = from; open(first)
            if (tag == "30") { oid(first); named = algorithm; first = to; } else named = "608648016503040201"
            enter(first, "04", "no certificate named"); print "named=" named; print "certificate=" hexof(from, to)
        }
    }
    if (!("2a864886f70d010903" in seen) || !("2a864886f70d010904" in seen)) fail("content type or digest is not signed")
    if (!token && !("2a864886f70d010910022f" in seen)) fail("no signingCertificateV2")
    oid(stop); print "algorithm=" algorithm; enter(to, "04", "no signature")
    if (!token && to != end) fail("unsigned attributes")
}'
look() { # FILE IS_TOKEN: sets digest, algorithm (and gen, acc, shown, imprint); else a reason in $reason
    od -An -v -tx1 <"$1" | awk -v token="$2" "$der_awk" >"$T/der" && reason= || reason='not DER'
    digest='' algorithm='' gen='' acc='' shown='' imprint='' hashed='' named='' certificate='' at=''
    # Each line is name=value, of hex digits, decimal digits or our own words: this is not the bundle speaking.
    while IFS='=' read -r name text; do
        case $name in
        digest) digest=$text ;; algorithm) algorithm=$text ;; gen) gen=$text ;; acc) acc=$text ;;
        shown) shown=$text ;; imprint) imprint=$text ;; hashed) hashed=$text ;; named) named=$text ;; certificate) certificate=$text ;; at) at=$text ;; reason) reason=$text ;;
        esac
    done <"$T/der"
    [ -z "$reason" ]
}
sha2() { case $1 in 60864801650304020[123]) ;; *) false ;; esac; }
good_algorithm() { # of signature and digest: ECDSA or RSA with that digest, RSA with any, PSS
    case $1:$2 in
    2a8648ce3d040302:*1 | 2a8648ce3d040303:*2 | 2a8648ce3d040304:*3) ;;
    2a864886f70d01010b:*1 | 2a864886f70d01010c:*2 | 2a864886f70d01010d:*3) ;;
    2a864886f70d01010[1a]:*) ;;
    *) false ;;
    esac
}
digest_of() { # FILE DIGEST_OID
    case $2 in *1) bits=256 ;; *2) bits=384 ;; *) bits=512 ;; esac
    "sha${bits}sum" <"$1" | cut -d ' ' -f 1
}
cms() { openssl cms -verify -binary -inform DER -no-CAfile -no-CApath -no-CAstore -purpose any "$@" >/dev/null 2>&1; }
cades() { # SEAL SIGNATURE ANCHORS [OPTION...]
    content=$1 signature=$2 anchors=$3 && shift 3
    openssl cms -verify -cades -binary -inform DER -in "$signature" -content "$content" -CAfile "$anchors" -partial_chain \
        -no-CApath -no-CAstore -auth_level 2 -purpose any "$@" >/dev/null 2>&1
}

now=$(date +%s)
: >"$T/tokens" # gen, accuracy, state, token, over, time as shown
last_data() { # PATH: the last seal whose revocation data count for it: the one whose tokens bind its own seal
    l=$(awk -v p="$1" 'FILENAME ~ /sealed$/ { if ($2 == p) seal = $3; next } $1 == seal { print $3 }' "$T/sealed" "$T/bind")
    printf '%s\n' "${l:-$nobody}"
}
bind_of() { # PATH: the time proven by the seal that lists it, in seconds; now where no seal does
    b=$(awk -v p="$1" 'FILENAME ~ /sealed$/ { if ($2 == p) seal = $3; next } $1 == seal { print $2 }' "$T/sealed" "$T/bind")
    printf '%s\n' "${b:-$now}"
}
ts() { # FILE TOKEN ANCHORS [OPTION...]
    over=$1 token=$2 anchors=$3 && shift 3
    [ -s "$T/ts-certs.pem" ] && set -- "$@" -untrusted "$T/ts-certs.pem"
    openssl ts -verify -data "$over" -in "$token" -CAfile "$anchors" -partial_chain "$@" >/dev/null 2>&1
}
check_token() { # FILE TOKEN
    look "$2" 1 || { fault TIMESTAMP_INVALID "$2" "$reason" && return; }
    if ! sha2 "$digest" || ! sha2 "$imprint" || ! good_algorithm "$algorithm" "$digest"; then fault ALGORITHM_REFUSED "$2" 'an algorithm that the format does not accept' && return; fi
    tail -c +$((at + 1)) "$2" >"$T/token.der" # the token without the response around it
    if ! cms -noverify -in "$T/token.der" -certsout "$T/ts-certs.pem" -signer "$T/tsa.pem"; then fault TIMESTAMP_INVALID "$2" 'its signature does not hold' && return; fi
    if [ "$(digest_of "$1" "$imprint")" != "$hashed" ]; then fault TIMESTAMP_INVALID "$2" "not over $1" && return; fi
    cat "$T/untrusted.pem" >>"$T/ts-certs.pem"
    if weak_key "$T/tsa.pem"; then fault ALGORITHM_REFUSED "$2" 'a key that is too weak' && return; fi
    state=valid at=$((gen / 1000000)) judged=$(bind_of "$2")
    [ "$judged" -ge "$at" ] || judged=$at
    if ! ts "$1" "$2" "$tsa_roots" -attime "$at" -auth_level 2; then
        # Why? The authority's certificate as its own anchor tells the token's own faults from those of trust.
        if ! stamps "$T/tsa.pem"; then fault TSA_NOT_TRUSTED "$2" 'the certificate is not one for timestamps alone' && return; fi
        if ! ts "$1" "$2" "$T/tsa.pem" -attime "$at"; then fault TIMESTAMP_INVALID "$2" "does not hold, or its authority's certificate was not valid at $shown" && return; fi
        fault TSA_NOT_TRUSTED "$2" 'the authority leads to none of your anchors' && state=open
    elif ! ts "$1" "$2" "$tsa_roots" -attime "$judged" -auth_level 2; then
        fault TSA_EXPIRED "$2" "the authority's certificate has expired, and nothing renewed it" && state=open
    elif ! judge_revocation "$T/tsa.pem" "$judged" "$(last_data "$2")" "$2" TSA_REVOKED; then
        return
    fi
    echo "$gen $acc $state $2 $1 $shown" >>"$T/tokens"
}
check_tokens() { # FILE: all tokens over it
    awk -F'\t' -v over="$1" '$1 == "token" && $4 == over { print $5 }' "$T/kinds" >"$T/over"
    [ -s "$T/over" ] || fault TIMESTAMP_PENDING "$1" 'no timestamp yet'
    while read -r stamp; do check_token "$1" "$stamp"; done <"$T/over"
}
check_signature() { # SEAL SIGNATURE CERTIFICATE_DIGEST
    look "$2" '' || case $digest in
    '' | 60864801650304020[123]) fault SIGNATURE_INVALID "$2" "$reason" && return ;;
    esac
    if ! sha2 "$digest" || ! good_algorithm "$algorithm" "$digest" || ! sha2 "$named"; then fault ALGORITHM_REFUSED "$2" 'an algorithm that the format does not accept' && return; fi
    at=$(awk -v over="$2" '$5 == over && $3 == "valid" { s = int($1 / 1000000); if (best == "" || s < best) best = s } END { print best }' "$T/tokens")
    [ -n "$at" ] || at=$(bind_of "$2")
    if ! cms -noverify -in "$2" -content "$1" -certsout "$T/certs.pem" -signer "$T/signer.pem"; then fault SIGNATURE_INVALID "$2" 'does not hold over its seal' && return; fi
    sed -n '/^-----BEGIN/,/^-----END/{/^-----/!p;}' "$T/signer.pem" | base64 -d >"$T/signer.der"
    if [ "$(sha "$T/signer.der")" != "$3" ]; then fault SIGNER_DIFFERS "$2" 'signed with another certificate than the event names'; fi
    if [ "$(digest_of "$T/signer.der" "$named")" != "$certificate" ]; then fault SIGNATURE_INVALID "$2" 'signingCertificateV2 does not name the signer' && return; fi
    if weak_key "$T/signer.pem"; then fault ALGORITHM_REFUSED "$2" 'a key that is too weak' && return; fi
    if ! may_sign "$T/signer.pem"; then fault SIGNER_NOT_TRUSTED "$2" 'the key usage of its certificate allows no signatures' && return; fi
    cat "$T/untrusted.pem" >>"$T/certs.pem"
    if cades "$1" "$2" "$signer_roots" -certfile "$T/certs.pem" -attime "$at"; then
        judge_revocation "$T/signer.pem" "$at" "$(last_data "$2")" "$2" SIGNER_REVOKED
    elif awk -v over="$2" '$5 == over && $3 == "open" { found = 1 } END { exit !found }' "$T/tokens"; then
        fault SIGNER_NOT_TRUSTED "$2" 'made in time perhaps, but by the word of an authority that does not count (any more)'
    elif [ "$at" -lt "$now" ] && cades "$1" "$2" "$signer_roots" -certfile "$T/certs.pem" -no_check_time; then
        fault SIGNER_NOT_VALID_THEN "$2" 'the certificate was not valid at the time that is proven'
    else
        fault SIGNER_NOT_TRUSTED "$2" 'the signer leads to none of your anchors'
    fi
}

: >"$T/bind" # seal, the earliest time that its own valid tokens, or those of a later seal, prove, and whose
bound=$now prover=$nobody
sort -r "$T/numbers" | while read -r n; do # from the last: a token is judged when the next one bound it
    awk -F'\t' -v n="$n" '$2 == n && $1 ~ /^(signature|pdf)$/ { path[$5] = $1; order[++count] = $5 }
        END { for (i = 1; i <= count; i++) { p = order[i]; twin = substr(p, 1, length(p) - 3) "p7s"; if (path[p] == "signature" || !(twin in path)) print p } }' "$T/kinds" >"$T/signatures"
    while read -r path; do check_tokens "$path"; done <"$T/signatures"
    own=$(awk -v p="custody/$n.sha256." '$3 == "valid" && index($5, p) == 1 { s = int($1 / 1000000); if (best == "" || s < best) best = s } END { print best }' "$T/tokens")
    if [ -n "$own" ] && [ "$own" -le "$bound" ]; then bound=$own prover=$n; fi
    echo "$n $bound $prover" >>"$T/bind"
done
awk '!seen[$1]++ { print "custody/items/" $1 ".sha256" }' "$T/items" | while read -r path; do
    if there "$path"; then check_tokens "$path"; fi
done
awk -F'\t' '$1 == "token" && $4 ~ /\.pdf$/ { print $4 "\t" $5 }' "$T/kinds" | while IFS='	' read -r over stamp; do
    if there "$over" && there "${over%pdf}p7s"; then check_token "$over" "$stamp"; fi # beside another: judged, not asked for
done
awk -F'\t' '{ kind[$5] = $1; over[$5] = $4 } END { for (p in kind) if (kind[p] == "token" && !(over[p] in kind)) print p }' "$T/kinds" | while read -r stamp; do
    fault UNKNOWN_FILE "$stamp" 'the file that it stamps is not there'
done

while read -r n; do
    there "custody/$n.sha256" || continue
    type=$(type_of "$n")
    awk -v n="$n" '$1 == n { print $2, $3 }' "$T/actors" | while read -r who expected; do
        path=custody/$n.sha256.$who
        if there "$path.p7s"; then
            check_signature "custody/$n.sha256" "$path.p7s" "$expected"
            there "$path.pdf" && fault SIGNATURE_UNEXPECTED "$path.pdf" 'a second signature of one actor'
        elif there "$path.pdf"; then fault PDF_SIGNATURE_NOT_CHECKED "$path.pdf" 'a PDF signature, which this program cannot read'
        elif [ "$type" = transfer ] && awk -F'\t' -v n="$n" -v who="$who" '$1 == n && $2 ~ /^details\.to\./ && $3 == who { found = 1 } END { exit !found }' "$T/events"; then
            # The receiver may sign later; not at all where the transfer was refused; and has signed where it was accepted.
            answer=$(awk -F'\t' -v n="$((1$n - 1000000))" '$2 == "details.outcome" { o = $3 } $2 == "details.transfer" && $3 == n { print o; exit }' "$T/events")
            case $answer in
            accepted) fault SIGNATURE_MISSING "$path.p7s" 'the transfer was received, and not countersigned' ;;
            refused) ;;
            *) fault COUNTERSIGNATURE_PENDING "$path.p7s" 'the receiver has not yet signed' ;;
            esac
        else fault SIGNATURE_MISSING "$path.p7s" 'an actor of the event has not signed'; fi
    done
done <"$T/numbers"
awk -F'\t' 'FILENAME ~ /actors$/ { split($0, w, " "); good[w[1], w[2]]; known[w[1]]; next }
    ($1 == "signature" || $1 == "pdf") && ($2 in known) && !(($2, $3) in good) { print "SIGNATURE_UNEXPECTED " $5 "\tthe event does not name this signer" }' \
    "$T/actors" "$T/kinds" | faults_from

# ---- Time: tokens over seal n's signatures come no earlier than the tokens that seal n lists.

awk 'FILENAME ~ /sealed$/ { seal[$2] = $3; next }
    $3 == "valid" { gen[$4] = $1; acc[$4] = $2; over[$4] = $5 }
    END {
        for (t in gen) if (t in seal) { n = seal[t]; if (!(n in newest) || gen[t] - acc[t] > newest[n]) { newest[n] = gen[t] - acc[t]; which[n] = t } }
        for (t in gen) { n = substr(over[t], 9, 6); if (n in newest && gen[t] + acc[t] < newest[n]) print "TIME_ORDER " t "\tearlier than " which[n] ", which its seal lists" }
    }' "$T/sealed" "$T/tokens" | faults_from
awk -F'\t' '
    function seconds(t,   y, m) { y = substr(t, 1, 4) + 0; m = substr(t, 6, 2) + 0; if (m < 3) { y--; m += 12 } return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(t, 9, 2) - 719469) * 86400 + substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2) }
    FILENAME ~ /sealed$/ { split($0, w, " "); seal[w[2]] = w[3]; next }
    FILENAME ~ /tokens$/ {
        split($0, w, " "); if (w[3] != "valid") next
        n = substr(w[5], 9, 6); s = int(w[1] / 1000000); if (!(n in first) || s < first[n]) first[n] = s
        if (w[4] in seal) { n = seal[w[4]]; if (w[1] > newest[n]) newest[n] = w[1] + 0 }
        next
    }
    $2 == "time" {
        if (newest[$1] > held) held = newest[$1] + 0
        if (($1 in first) && seconds($3) > first[$1] + 300) print "CLOCK_AHEAD custody/" $1 ".json\tclaims a time of over 5 minutes after its timestamp"
        if ((seconds($3) + 300) * 1000000 < held) print "CLOCK_BEHIND custody/" $1 ".json\tclaims a time of over 5 minutes before a timestamp that its seal, or one before, lists"
    }' "$T/sealed" "$T/tokens" "$T/events" | faults_from

# ---- Derived files: byte for byte what the seals say; judged where the last event is an export.

if [ -n "$last" ] && [ "$(type_of "$last")" = export ]; then
    sort -t ' ' -k 3 "$T/manifest" >"$T/d-manifest-sha256.txt"
    printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$T/d-bagit.txt"
    octets=$(awk -F'\t' '$1 == "data" { print $5 }' "$T/kinds" | xargs -n 1000 wc -c -- 2>/dev/null | awk '$2 != "total" { n += $1 } END { printf "%.0f", n }')
    printf 'Bagging-Date: %.10s\nExternal-Identifier: %s\nPayload-Oxum: %s.%d\n' "$(sed -n 's/^time	//p' "$T/ev/$last")" "$case_id" \
        "${octets:-0}" "$(of_kind data | wc -l)" >"$T/d-bag-info.txt"
    awk -F'\t' '$1 !~ /^(data|unknown)$/ && $5 != "tagmanifest-sha256.txt" { print $5 }' "$T/kinds" | xargs -n 1000 sha256sum -- |
        sort -t ' ' -k 3 >"$T/d-tagmanifest-sha256.txt"
    for name in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt; do
        if ! there "$name"; then fault DERIVED_MISSING "$name" 'the export wrote it'
        elif ! cmp -s "$name" "$T/d-$name"; then fault DERIVED_DIFFERS "$name" 'says something else than the seals'; fi
    done
    if ! there index.html; then fault DERIVED_MISSING index.html 'the export wrote it'
    elif [ "$(sha index.html)" != "$(sed -n 's/^details\.index	//p' "$T/ev/$last")" ]; then fault DERIVED_DIFFERS index.html 'not the page that the export names'; fi
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

if [ -n "$old" ]; then
    (cd -- "$old" && walk \( ! -type f ! -type d -o -name '.*' -o -name '*[!A-Za-z0-9._-]*' \)) >"$T/old-refused"
    if [ -s "$T/old-refused" ]; then
        fault HISTORY_UNREADABLE old 'a name that is refused, or something that is neither a file nor a folder'
    else
        (cd -- "$old" && walk -type f) | sed 's,^\./,,' | sort >"$T/old-files"
        awk "$kinds_awk" "$T/old-files" >"$T/old-kinds"
        awk -F'\t' '$1 == "unknown" { print "HISTORY_UNREADABLE " $5 "\tthe format knows no such file" }
            $1 == "event" { have[$2 + 0] = 1; if ($2 + 0 > last) last = $2 + 0 }
            END { for (n = 1; n <= last; n++) if (!have[n]) gap = 1; if (gap || !last) print "HISTORY_UNREADABLE old\tnot its events from 1 on" }' "$T/old-kinds" | faults_from
        awk -F'\t' '$1 !~ /^(derived|unknown)$/ { print $1 " " $5 }' "$T/old-kinds" | while read -r kind path; do
            if there "$path"; then
                cmp -s -- "$path" "$old/$path" || fault HISTORY_DIFFERS "$path" 'not the same in the older bundle'
            elif [ "$kind" != data ] && ! gone "$path"; then fault HISTORY_DIFFERS "$path" 'in the older bundle, and not here'; fi
        done
    fi
fi

# ---- What was found. Short names and numbers alone: nothing that a bundle could say in its own words.

while read -r n; do
    printf '%s %s' "$n" "$(type_of "$n")"
    awk -v n="$n" '$1 == n { print $2 }' "$T/actors" | while read -r who; do
        shown=$(awk -v over="custody/$n.sha256.$who.p7s" '$5 == over && $3 == "valid" { if (best == "" || $6 < best) best = $6 } END { print best }' "$T/tokens")
        printf ' %s %s' "${shown:--}" "$who"
    done
    echo
done <"$T/numbers"
verdict
