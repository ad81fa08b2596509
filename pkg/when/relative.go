package when

import (
	"fmt"
	"math"
	"time"
)

// Format writes t in UTC, "2026-11-22 08:58:12 UTC", with a fraction of the
// second only when there is one. [Parse] reads it back.
func Format(t time.Time) string {
	return t.UTC().Format("2006-01-02 15:04:05.999999999 UTC")
}

// scale holds the units of [Relative], in seconds. Weeks are left out: "in 16
// days" is easier to compare with a date. A year is the calendar's mean one.
var scale = [...]struct {
	seconds float64
	name    string
}{
	{365.2425 * 86400, "year"},
	{86400, "day"},
	{3600, "hour"},
	{60, "minute"},
	{1, "second"},
}

// Relative says how far t is from now: "3 hours ago", "in 5 minutes", or "just
// now" for less than a second.
//
// It counts in the largest unit whose rounded number is at most a tenth off the
// true distance: 50 hours are "2 days" and 60 hours are "60 hours". One of a unit
// stands only for just that, to the nearest next smaller unit: 59m50s is "1 hour",
// but 58 seconds and 26 hours remain what they are.
func Relative(t, now time.Time) string {
	// Not t.Sub(now): a Duration ends after 292 years. Seconds up to the year 9999
	// are exact in a float64.
	d := float64(t.Unix()) - float64(now.Unix()) + float64(t.Nanosecond()-now.Nanosecond())/1e9
	distance := math.Abs(d)
	if distance < 1 {
		return "just now"
	}
	said := count(distance)
	if d < 0 {
		return said + " ago"
	}
	return "in " + said
}

// count says a distance of at least one second as a number and its unit.
func count(distance float64) string {
	last := len(scale) - 1
	for i, unit := range scale[:last] {
		n := math.Round(distance / unit.seconds)
		tolerance := distance / 10
		if n == 1 {
			tolerance = scale[i+1].seconds / 2
		}
		if n > 0 && math.Abs(distance-n*unit.seconds) <= tolerance {
			return plural(n, unit.name)
		}
	}
	return plural(math.Round(distance/scale[last].seconds), scale[last].name)
}

func plural(n float64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%.0f %ss", n, unit)
}
