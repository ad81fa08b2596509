package when

import (
	"testing"
	"time"
)

func TestRelative(t *testing.T) {
	for _, test := range []struct {
		distance time.Duration
		want     string
	}{
		{0, "just now"},
		{999_999_999, "just now"},
		{-999_999_999, "just now"},
		{time.Second, "in 1 second"},
		{-1400 * time.Millisecond, "1 second ago"},
		{-12 * time.Second, "12 seconds ago"},
		{58 * time.Second, "in 58 seconds"},
		{59600 * time.Millisecond, "in 1 minute"},
		{-time.Minute, "1 minute ago"},
		{61 * time.Second, "in 61 seconds"},
		{90 * time.Second, "in 90 seconds"},
		{2 * time.Minute, "in 2 minutes"},
		{150 * time.Second, "in 150 seconds"},
		{5 * time.Minute, "in 5 minutes"},
		{5*time.Minute + 42*time.Second, "in 6 minutes"},
		{15*time.Minute - time.Second, "in 15 minutes"},
		{time.Hour - 10*time.Second, "in 1 hour"},
		{-time.Hour, "1 hour ago"},
		{66 * time.Minute, "in 66 minutes"},
		{-3 * time.Hour, "3 hours ago"},
		{-3*time.Hour - 10*time.Minute, "3 hours ago"},
		{23 * time.Hour, "in 23 hours"},
		{24*time.Hour - 10*time.Minute, "in 1 day"},
		{-26 * time.Hour, "26 hours ago"},
		{2 * day, "in 2 days"},
		{50 * time.Hour, "in 2 days"},
		{60 * time.Hour, "in 60 hours"},
		{2 * week, "in 14 days"},
		{90 * day, "in 90 days"},
		{350 * day, "in 350 days"},
		{year, "in 1 year"},
		{-400 * day, "400 days ago"},
		{2 * year, "in 2 years"},
		{912 * day, "in 912 days"},
		{100 * year, "in 100 years"},
	} {
		if got := Relative(now.Add(test.distance), now); got != test.want {
			t.Errorf("%v: %q, want %q", test.distance, got, test.want)
		}
	}
}

// A time.Duration holds 292 years; the distance may be longer.
func TestRelativeFar(t *testing.T) {
	last := time.Unix(maxUnix, 0)
	if got, want := Relative(last, now), "in 7973 years"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Relative(time.Unix(0, 0), last), "8030 years ago"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What Relative documents: at most a tenth off. The hundredth more is for years,
// which ParseDuration takes as 365 days and Relative as the calendar's mean.
func TestRelativeIsNearlyExact(t *testing.T) {
	for s := 1; s < 100_000_000; s += 1 + s/10_000 {
		said := count(float64(s))
		read, err := ParseDuration(said)
		if err != nil {
			t.Fatalf("%d s: %v", s, err)
		}
		if off := read.Seconds() - float64(s); off < -0.11*float64(s) || off > 0.11*float64(s) {
			t.Errorf("%d s are said to be %s", s, said)
		}
	}
}

func TestFormat(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-22T08:58:12Z":      "2026-11-22 08:58:12 UTC",
		"2026-11-22T08:58:12+02:00": "2026-11-22 06:58:12 UTC",
		"2026-11-22T08:58:12.250Z":  "2026-11-22 08:58:12.25 UTC",
		"2026-11-22T08:58:12.000Z":  "2026-11-22 08:58:12 UTC",
	} {
		if got := Format(date(in)); got != want {
			t.Errorf("Format(%s) = %q, want %q", in, got, want)
		}
	}
	berlin := time.FixedZone("CET", 3600)
	if got, want := Format(base.In(berlin)), "2026-11-22 08:58:12 UTC"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
