// Package when reads instants and durations as people write them, and says how
// far away an instant is.
//
// Instants lie between 1970 and the year 9999, the span that both RFC 3339 and
// a NumericDate (RFC 7519 section 2) without a sign can write.
package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// minStamp is the smallest bare number taken for Unix seconds. Below it lies
	// what people mean as a duration (3600), above it every date since 2001.
	minStamp = 1_000_000_000

	// maxUnix is 9999-12-31T23:59:59Z, the last second of RFC 3339.
	maxUnix = 253_402_300_799

	// maxText is longer than any honest time, in bytes. It bounds the work done
	// on numbers with very many digits.
	maxText = 100
)

// A Time is an instant as a person wrote it: absolute ("2026-12-01"), relative
// ("30m", "3 hours ago"), "now" or "none". The zero Time is "none".
type Time struct {
	kind   kind
	at     time.Time     // of an absolute one, in UTC
	offset time.Duration // of a relative one
}

type kind uint8

const (
	none kind = iota
	absolute
	relative
	present
)

// Parse reads an instant:
//
//	1796112000                            Unix seconds, from 1000000000 on
//	2026-12-01T08:00:00.5+01:00           RFC 3339; a space may stand for the T
//	2026-12-01 07:00:00.5 UTC             as [Format] writes it
//	2026-12-01                            the start of that day in UTC
//	30m  +30m  -5m  1h30m  in 2 weeks     relative, in the words of [ParseDuration]
//	3 hours ago
//	now  none
//
// Case does not matter, except in the unit M, and neither do blanks around the
// text. Whatever else is written gives an [*Error].
func Parse(s string) (Time, error) {
	return read(s, parseTime)
}

// Resolve gives the instant in UTC; ok is false for "none". Relative times count
// from base (for exp and nbf: iat), and now is what "now" means.
//
// The answer always lies in the years 1970 to 9999: what falls outside becomes
// the first or the last second of that span. It is never reported as "none",
// which would turn a far expiry into no expiry.
func (t Time) Resolve(base, now time.Time) (at time.Time, ok bool) {
	switch t.kind {
	case absolute:
		return t.at, true
	case relative:
		// Clamped before the addition too, which then cannot overflow.
		return clamp(clamp(base).Add(t.offset)), true
	case present:
		return clamp(now), true
	}
	return time.Time{}, false
}

// IsNone reports whether the person wrote "none", or nothing at all was parsed.
func (t Time) IsNone() bool { return t.kind == none }

// An Error says why a text is not a time or not a duration.
type Error struct {
	Text    string // what was written
	Reason  string // why it cannot be read
	Instead string // what to write instead, itself readable; "" if nothing sensible
}

// Error tells Text and Reason. Instead is advice, which the caller words.
func (e *Error) Error() string {
	return fmt.Sprintf("cannot read %.*q: %s", maxText, e.Text, e.Reason)
}

// A refusal is an [Error] in the making: try holds what could be written
// instead, the likeliest first, not yet known to be readable.
type refusal struct {
	reason string
	try    []string
}

func refuse(reason string, try ...string) *refusal {
	return &refusal{reason, try}
}

// read trims and parses s. When it is refused, the same parser judges what could
// be written instead, so that no advice ever leads to a second error.
func read[T any](s string, parse func(string) (T, *refusal)) (T, error) {
	var zero T
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return zero, &Error{Text: s, Reason: "it is empty"}
	case len(text) > maxText:
		return zero, &Error{Text: s, Reason: "it is too long"}
	}
	v, no := parse(text)
	if no == nil {
		return v, nil
	}
	e := &Error{Text: s, Reason: no.reason}
	for _, better := range no.try {
		if _, no := parse(better); no == nil && len(better) <= maxText {
			e.Instead = better
			break
		}
	}
	return zero, e
}

func parseTime(s string) (Time, *refusal) {
	switch {
	case strings.EqualFold(s, "none"):
		return Time{}, nil
	case strings.EqualFold(s, "now"):
		return Time{kind: present}, nil
	case isNumber(s):
		return parseStamp(s)
	case len(s) > 4 && isDigits(s[:4]) && s[4] == '-':
		return parseCalendar(s)
	}
	return parseRelative(s)
}

// parseStamp reads Unix seconds, and recognises their lookalikes.
func parseStamp(s string) (Time, *refusal) {
	whole, _, fraction := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole, 10, 64)
	switch {
	case err != nil: // more than 64 bits; anything but digits was ruled out before
		return Time{}, refuse("it lies after the year 9999")
	case n < minStamp:
		return Time{}, refuse(fmt.Sprintf("a number below %d needs a unit", minStamp), s+"s")
	}
	for _, fine := range []struct {
		perSecond uint64
		name      string
	}{{1e3, "milliseconds"}, {1e6, "microseconds"}, {1e9, "nanoseconds"}} {
		// Ten digits of seconds, 2001 to 2286, are what clocks show in our time.
		if sec := n / fine.perSecond; minStamp <= sec && sec < 10*minStamp {
			return Time{}, refuse("it looks like Unix time in "+fine.name+", not seconds", strconv.FormatUint(sec, 10))
		}
	}
	switch {
	case n > maxUnix:
		return Time{}, refuse("it lies after the year 9999")
	case fraction:
		return Time{}, refuse("Unix seconds are a whole number", whole)
	}
	return instant(time.Unix(int64(n), 0))
}

// parseCalendar reads a date, alone or with the time of day.
func parseCalendar(s string) (Time, *refusal) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return instant(t)
	}
	s = strings.ToUpper(s)
	if local, ok := strings.CutSuffix(s, " UTC"); ok {
		s = local + "Z"
	}
	s = strings.Replace(s, " ", "T", 1) // RFC 3339 section 5.6, NOTE

	if t, ok := parseRFC3339(s); ok {
		return instant(t)
	}
	for _, whole := range []string{s + "Z", s + ":00Z", strings.TrimSuffix(s, "Z") + ":00Z"} {
		if _, ok := parseRFC3339(whole); ok {
			return Time{}, refuse("a time of day needs seconds and a zone", whole)
		}
	}
	return Time{}, refuse("it is neither a date of the calendar nor an RFC 3339 time")
}

// parseRFC3339 refuses what package time lets through: a one-digit hour, a comma
// and offsets like +24:00 and +00:60 (https://go.dev/issue/54580).
func parseRFC3339(s string) (t time.Time, ok bool) {
	// Not time.Parse, which reads the machine's own zone to name an offset.
	t, err := time.ParseInLocation(time.RFC3339, s, time.UTC)
	if err != nil || s[len("2026-12-01T08")] != ':' || strings.Contains(s, ",") {
		return t, false
	}
	if strings.HasSuffix(s, "Z") {
		return t, true
	}
	hour, minute := s[len(s)-len("01:00"):len(s)-len(":00")], s[len(s)-len("00"):]
	return t, hour < "24" && minute < "60"
}

func instant(t time.Time) (Time, *refusal) {
	switch sec := t.Unix(); {
	case sec < 0:
		return Time{}, refuse("it lies before 1970")
	case sec > maxUnix:
		return Time{}, refuse("it lies after the year 9999")
	}
	return Time{kind: absolute, at: t.UTC()}, nil
}

func parseRelative(s string) (Time, *refusal) {
	before, length, after := cutDirection(s)
	if before != "" && after != "" {
		return Time{}, refuse("it gives the direction twice")
	}
	d, no := parseLength(length)
	if no != nil {
		for i := range no.try {
			no.try[i] = before + no.try[i] + after
		}
		return Time{}, no
	}
	if isPast(before, after) {
		d = -d
	}
	return Time{kind: relative, offset: d}, nil
}

// clamp brings t into the years 1970 to 9999, in UTC and without the monotonic
// reading, which means nothing in a token.
func clamp(t time.Time) time.Time {
	switch sec := t.Unix(); {
	case sec < 0:
		t = time.Unix(0, 0)
	case sec > maxUnix:
		t = time.Unix(maxUnix, 0)
	}
	return t.Round(0).UTC()
}
