package when

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

var (
	base = time.Date(2026, 11, 22, 8, 58, 12, 0, time.UTC)
	now  = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
)

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestParse(t *testing.T) {
	for in, want := range map[string]time.Time{
		"1000000000":      time.Unix(1_000_000_000, 0),
		"1796112000":      time.Unix(1_796_112_000, 0),
		"01796112000":     time.Unix(1_796_112_000, 0),
		"253402300799":    date("9999-12-31T23:59:59Z"),
		" 1796112000\r\n": time.Unix(1_796_112_000, 0),

		"2026-12-01T08:00:00Z":           date("2026-12-01T08:00:00Z"),
		"2026-12-01t08:00:00z":           date("2026-12-01T08:00:00Z"),
		"2026-12-01T08:00:00.123456789Z": date("2026-12-01T08:00:00.123456789Z"),
		"2026-12-01T08:00:00+05:30":      date("2026-12-01T02:30:00Z"),
		"2026-12-01 08:00:00-01:00":      date("2026-12-01T09:00:00Z"),
		"2026-12-01 08:00:00.25 UTC":     date("2026-12-01T08:00:00.25Z"),
		"2026-12-01T08:00:00 utc":        date("2026-12-01T08:00:00Z"),
		"1970-01-01T00:00:00Z":           date("1970-01-01T00:00:00Z"),
		"9999-12-31T23:59:59.999999999Z": date("9999-12-31T23:59:59.999999999Z"),
		"2026-12-01":                     date("2026-12-01T00:00:00Z"),
		"2028-02-29":                     date("2028-02-29T00:00:00Z"),
		"1970-01-01":                     date("1970-01-01T00:00:00Z"),

		"now": now,
		"NOW": now,

		"30m":                   base.Add(30 * time.Minute),
		"+30m":                  base.Add(30 * time.Minute),
		"-5m":                   base.Add(-5 * time.Minute),
		"1h30m":                 base.Add(90 * time.Minute),
		"-1h30m":                base.Add(-90 * time.Minute),
		"90d":                   base.AddDate(0, 0, 90),
		"2w":                    base.AddDate(0, 0, 14),
		"1y":                    base.AddDate(0, 0, 365),
		"2 weeks":               base.AddDate(0, 0, 14),
		"in 2 weeks":            base.AddDate(0, 0, 14),
		"In  2  Weeks":          base.AddDate(0, 0, 14),
		"in 1h30m":              base.Add(90 * time.Minute),
		"3 hours ago":           base.Add(-3 * time.Hour),
		"3 HOURS AGO":           base.Add(-3 * time.Hour),
		"3h ago":                base.Add(-3 * time.Hour),
		"1 hour 30 minutes":     base.Add(90 * time.Minute),
		"1 hour 30 minutes ago": base.Add(-90 * time.Minute),
		"1.5h":                  base.Add(90 * time.Minute),
		"0s":                    base,
		"292 years":             base.Add(292 * 365 * 24 * time.Hour),

		// Relative times never leave the span, however far they reach.
		"292 years ago": time.Unix(0, 0),
	} {
		got, err := Parse(in)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		at, ok := got.Resolve(base, now)
		if !ok || got.IsNone() || !at.Equal(want) {
			t.Errorf("Parse(%q) resolves to %v, %t; want %v", in, at, ok, want)
		}
		if at.Location() != time.UTC {
			t.Errorf("Parse(%q) resolves in %v, want UTC", in, at.Location())
		}
	}
}

func TestNone(t *testing.T) {
	for _, in := range []string{"none", "None", " none "} {
		got, err := Parse(in)
		if err != nil || got != (Time{}) || !got.IsNone() {
			t.Errorf("Parse(%q) = %v, %v; want the zero Time", in, got, err)
		}
		if at, ok := got.Resolve(base, now); ok || !at.IsZero() {
			t.Errorf("Parse(%q) resolves to %v, %t", in, at, ok)
		}
	}
}

func TestResolveClamps(t *testing.T) {
	first, last := time.Unix(0, 0), date("9999-12-31T23:59:59Z")
	for _, test := range []struct {
		in        string
		base, now time.Time
		want      time.Time
	}{
		{"1h", time.Time{}, now, first.Add(time.Hour)},
		{"-1h", first, now, first},
		{"1h", last, now, last},
		{"1h", time.Unix(1<<60, 0), now, last},
		{"292y", last, now, last},
		{"-292y", time.Unix(-1<<60, 0), now, first},
		{"now", base, time.Time{}, first},
		{"now", base, time.Unix(1<<60, 0), last},
	} {
		got, err := Parse(test.in)
		if err != nil {
			t.Fatal(err)
		}
		if at, ok := got.Resolve(test.base, test.now); !ok || !at.Equal(test.want) {
			t.Errorf("%q from %v, %v: %v, %t; want %v", test.in, test.base, test.now, at, ok, test.want)
		}
	}
}

// A monotonic reading would make two equal instants differ under ==.
func TestResolveIsWallClock(t *testing.T) {
	running := time.Now()
	for _, in := range []string{"now", "0s"} {
		got, _ := Parse(in)
		if at, _ := got.Resolve(running, running); at != running.Round(0).UTC() {
			t.Errorf("%q: %v", in, at)
		}
	}
}

// refused is one row of the tables of refusals.
type refused struct{ in, reason, instead string }

func (want refused) check(t *testing.T, err error) {
	t.Helper()
	var got *Error
	if !errors.As(err, &got) {
		t.Errorf("%q: error %v, want an *Error", want.in, err)
		return
	}
	if *got != (Error{want.in, want.reason, want.instead}) {
		t.Errorf("%q:\n got %q, instead %q\nwant %q, instead %q", want.in, got.Reason, got.Instead, want.reason, want.instead)
	}
}

const (
	small     = "a number below 1000000000 needs a unit"
	noUnit    = "a number needs a unit"
	early     = "it lies before 1970"
	late      = "it lies after the year 9999"
	calendar  = "it is neither a date of the calendar nor an RFC 3339 time"
	noZone    = "a time of day needs seconds and a zone"
	twice     = "it gives the direction twice"
	order     = "units go from the largest to the smallest, each at most once"
	month     = "months have no fixed length"
	ambiguous = `"M" may mean months or minutes`
	fine      = "it is finer than a nanosecond"
	long      = "it is longer than 292 years"
)

func TestParseRefuses(t *testing.T) {
	for _, test := range []refused{
		{"", "it is empty", ""},
		{" \t\n", "it is empty", ""},
		{strings.Repeat("9", maxText+1), "it is too long", ""},

		{"0", small, "0s"},
		{"5", small, "5s"},
		{"3600", small, "3600s"},
		{" 3600 ", small, "3600s"},
		{"1.5", small, "1.5s"},
		{"999999999", small, "999999999s"},
		{"0.0000000001", small, ""},
		{"-1", noUnit, "-1s"},
		{"+3600", noUnit, "+3600s"},
		{"3600 ago", noUnit, "3600s ago"},
		{"1796112000.5", "Unix seconds are a whole number", "1796112000"},
		{"1796112000000", "it looks like Unix time in milliseconds, not seconds", "1796112000"},
		{"1796112000999.5", "it looks like Unix time in milliseconds, not seconds", "1796112000"},
		{"1796112000000000", "it looks like Unix time in microseconds, not seconds", "1796112000"},
		{"1796112000000000000", "it looks like Unix time in nanoseconds, not seconds", "1796112000"},
		{"253402300800", late, ""},
		{"99999999999999", late, ""},
		{"99999999999999999999999", late, ""},

		{"1969-12-31", early, ""},
		{"0000-01-01", early, ""},
		{"1969-12-31T23:59:59.9Z", early, ""},
		{"1970-01-01T00:00:00+00:01", early, ""},
		{"9999-12-31T23:59:59-00:01", late, ""},
		{"2026-12-01T08:00:00", noZone, "2026-12-01T08:00:00Z"},
		{"2026-12-01T08:00:00.5", noZone, "2026-12-01T08:00:00.5Z"},
		{"2026-12-01 08:00:00", noZone, "2026-12-01T08:00:00Z"},
		{"2026-12-01T08:00", noZone, "2026-12-01T08:00:00Z"},
		{"2026-12-01T08:00Z", noZone, "2026-12-01T08:00:00Z"},
		{"1969-12-31T08:00:00", noZone, ""},
		{"2026-02-30", calendar, ""},
		{"2026-02-30T08:00:00Z", calendar, ""},
		{"2026-12-1", calendar, ""},
		{"2026-12", calendar, ""},
		{"2026-12-01 UTC", calendar, ""},
		{"2026-12-01T8:00:00Z", calendar, ""},
		{"2026-12-01T24:00:00Z", calendar, ""},
		{"2026-12-01T08:00:00,5Z", calendar, ""},
		{"2026-12-01T08:00:00+99:00", calendar, ""},
		{"2026-12-01T08:00:00+24:00", calendar, ""},
		{"2026-12-01T08:00:00+00:60", calendar, ""},

		{"in 3 hours ago", twice, ""},
		{"+5m ago", twice, ""},
		{"-5m ago", twice, ""},
		{"+-5m", `expected a number at "-5m"`, ""},
		{"in -5m", `expected a number at "-5m"`, ""},
		{"+", "expected a number", ""},
		{"in", `expected a number at "in"`, ""},
		{"ago", `expected a number at "ago"`, ""},
		{"in now", `expected a number at "now"`, ""},
		{"tomorrow", `expected a number at "tomorrow"`, ""},
		{".5h", `expected a number at ".5h"`, ""},
		{"1.h", `expected a number at "1.h"`, ""},
		{"1..5h", `expected a number at "1..5h"`, ""},
		{"h", `expected a number at "h"`, ""},

		{"1h30", `a number needs a unit, and "30" has none`, ""},
		{"5 30m", `a number needs a unit, and "5" has none`, ""},
		{"1h1h", order, ""},
		{"1h 1 hour", order, ""},
		{"30m1h", order, ""},
		{"1d1w", order, ""},
		{"500ms", `"ms" is not a unit: there are s, m, h, d, w and y`, ""},
		{"5µs", `"µs" is not a unit: there are s, m, h, d, w and y`, ""},
		{"1h,30m", `"h," is not a unit: there are s, m, h, d, w and y`, ""},
		{"3hago", `"hago" is not a unit: there are s, m, h, d, w and y`, ""},
		{"1e9s", `"e" is not a unit: there are s, m, h, d, w and y`, ""},
		{"5\u202em", `"\u202em" is not a unit: there are s, m, h, d, w and y`, ""},

		{"1mo", month, "30d"},
		{"1month", month, "30d"},
		{"2 months", month, "60d"},
		{"in 2 Months", month, "in 60d"},
		{"2 months ago", month, "60d ago"},
		{"-1mo", month, "-30d"},
		{"1.5mo", month, "45d"},
		{"0.01mo", month, ""},
		{"1y2mo", month, "1y60d"},
		{"1 year 2 months 12h", month, "1 year 60d 12h"},
		{"1mo1d", month, ""},
		{"1M", ambiguous, "30d"},
		{"1 M", ambiguous, "30d"},
		{"+1M", ambiguous, "+30d"},
		{"1h30M", ambiguous, "1h30m"},

		{"0.0000000001s", fine, ""},
		{"293y", long, ""},
		{"293y ago", long, ""},
		{"292y1000w", long, ""},
		{"99999999999999999999999y", long, ""},
	} {
		_, err := Parse(test.in)
		test.check(t, err)
	}
}

func TestParseDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"0":     0,
		"0s":    0,
		"30s":   30 * time.Second,
		"30m":   30 * time.Minute,
		"030m":  30 * time.Minute,
		"3H":    3 * time.Hour,
		"1h30m": 90 * time.Minute,
		"90d":   90 * 24 * time.Hour,
		"2w":    14 * 24 * time.Hour,
		"1y":    365 * 24 * time.Hour,

		"1y2w3d4h5m6s": (365+14+3)*24*time.Hour + 4*time.Hour + 5*time.Minute + 6*time.Second,

		"1second": time.Second, "2 seconds": 2 * time.Second, "1sec": time.Second, "2secs": 2 * time.Second,
		"1minute": time.Minute, "2 minutes": 2 * time.Minute, "1min": time.Minute, "2 Mins": 2 * time.Minute,
		"1hour": time.Hour, "2 hours": 2 * time.Hour, "1hr": time.Hour, "2hrs": 2 * time.Hour,
		"1day": day, "2 days": 2 * day, "1week": week, "2 WEEKS": 2 * week, "1year": year, "2 years": 2 * year,

		" 1 hour 30 minutes ":   90 * time.Minute,
		"1hour30minutes":        90 * time.Minute,
		"1.5h":                  90 * time.Minute,
		"0.1s":                  100 * time.Millisecond,
		"0.000000001s":          1,
		"1.1y":                  401*day + 12*time.Hour,
		"9223372036.854775807s": math.MaxInt64,
	} {
		if got, err := ParseDuration(in); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	const negative, directed = "a duration cannot be negative", "a duration has no direction"
	for _, test := range []refused{
		{"", "it is empty", ""},
		{"5", noUnit, "5s"},
		{"3600", noUnit, "3600s"},
		{"-30m", negative, "30m"},
		{"3 hours ago", negative, "3 hours"},
		{"-1mo", negative, ""},
		{"+30m", directed, "30m"},
		{"in 2 weeks", directed, "2 weeks"},
		{"1mo", month, "30d"},
		{"1M", ambiguous, "30d"},
		{"30m1h", order, ""},
		{"now", `expected a number at "now"`, ""},
		{"none", `expected a number at "none"`, ""},
		{"9223372036.854775808s", long, ""},
		{"2562047h48m", long, ""},
	} {
		_, err := ParseDuration(test.in)
		test.check(t, err)
	}
}

func TestErrorText(t *testing.T) {
	_, err := Parse("2 months")
	if got, want := err.Error(), `cannot read "2 months": months have no fixed length`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = Parse(strings.Repeat("\x1b", 1<<20))
	if got := err.Error(); len(got) > 1000 || strings.Contains(got, "\x1b") {
		t.Errorf("a long hostile text is repeated: %d bytes", len(got))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"1796112000", "1796112000000", "3600", "2026-12-01", "2026-12-01T08:00", "2026-12-01T08:00:00.5+01:00",
		"2026-11-22 08:58:12 UTC", "now", "none", "in 2 weeks", "3 hours ago", "-1h30m", "1.5h", "1 year 2 months 12h",
		"1h30M", "292y ago", "0.000000001s", "+-5m",
	} {
		f.Add(s, int64(1_796_112_000), int64(500))
	}
	f.Fuzz(func(t *testing.T, s string, sec, nsec int64) {
		instant := time.Unix(sec, nsec)
		parsed, err := Parse(s)
		if at, ok := parsed.Resolve(instant, instant); ok && (at.Before(time.Unix(0, 0)) || at.Year() > 9999) {
			t.Errorf("Parse(%q) from %v resolves to %v", s, instant, at)
		}
		checkInstead(t, err, func(s string) error { _, err := Parse(s); return err })

		d, err := ParseDuration(s)
		if d < 0 {
			t.Errorf("ParseDuration(%q) = %v", s, d)
		}
		checkInstead(t, err, func(s string) error { _, err := ParseDuration(s); return err })

		known := clamp(instant)
		texts := []string{known.Format(time.RFC3339Nano), Format(known)}
		abroad := known.In(time.FixedZone("", int(sec%(14*60))*60))
		if abroad.Year() <= 9999 {
			texts = append(texts, abroad.Format(time.RFC3339Nano))
		}
		for _, text := range texts {
			parsed, err := Parse(text)
			if at, ok := parsed.Resolve(base, now); err != nil || !ok || at != known {
				t.Errorf("Parse(%q) = %v, %v; want %v", text, at, err, known)
			}
		}
	})
}

// checkInstead holds that advice can be followed.
func checkInstead(t *testing.T, err error, parse func(string) error) {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Instead == "" {
		return
	}
	if err := parse(refusal.Instead); err != nil {
		t.Errorf("%q: write %q instead: %v", refusal.Text, refusal.Instead, err)
	}
}
