package when

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	year = 365 * day

	daysPerMonth = 30 // only ever suggested

	digits  = "0123456789"
	tooLong = "it is longer than 292 years"
)

// ParseDuration reads a duration that is not negative: numbers with units, from
// the largest unit to the smallest and each unit at most once.
//
//	30s  30m  1h30m  1.5h  90d  2w  1y  2 weeks  1 hour 30 minutes  0
//
// The units are s, m, h, d, w and y, or the words second, sec, minute, min, hour,
// hr, day, week and year, also in the plural. A day has 24 hours, a year 365
// days, and m is always minutes: months have no fixed length and are refused, as
// is M, which may mean either. Fractions are exact. Only 0 needs no unit.
//
// The longest duration is that of [time.Duration], 292 years. Whatever else is
// written gives an [*Error].
func ParseDuration(s string) (time.Duration, error) {
	return read(s, parseDuration)
}

func parseDuration(s string) (time.Duration, *refusal) {
	if s == "0" {
		return 0, nil
	}
	before, length, after := cutDirection(s)
	switch {
	case isPast(before, after):
		return 0, refuse("a duration cannot be negative", length)
	case before != "":
		return 0, refuse("a duration has no direction", length)
	}
	return parseLength(s)
}

// cutDirection cuts a relative time into its length and what says the direction,
// so that before + length + after means the same as s:
// "in ", "2 weeks", "" or "", "3 hours", " ago" or "-", "5m", "".
func cutDirection(s string) (before, length, after string) {
	const in, ago = "in ", " ago"
	switch {
	case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "-"):
		before, s = s[:1], s[1:]
	case len(s) >= len(in) && strings.EqualFold(s[:len(in)], in):
		before, s = s[:len(in)], s[len(in):]
	}
	if i := len(s) - len(ago); i >= 0 && strings.EqualFold(s[i:], ago) {
		s, after = s[:i], s[i:]
	}
	return before, strings.Trim(s, " "), after
}

func isPast(before, after string) bool { return before == "-" || after != "" }

// parseLength reads one or more terms like "1h" or "30 minutes".
func parseLength(s string) (time.Duration, *refusal) {
	total, above := time.Duration(0), time.Duration(math.MaxInt64)
	for rest := s; ; {
		number, name, next := cutTerm(rest)
		switch {
		case !isNumber(number) && rest == "":
			return 0, refuse("expected a number")
		case !isNumber(number):
			return 0, refuse(fmt.Sprintf("expected a number at %q", rest))
		case name == "" && number == s:
			return 0, refuse("a number needs a unit", s+"s")
		case name == "":
			// "1h30": seconds would be a wrong guess as often as a right one.
			return 0, refuse(fmt.Sprintf("a number needs a unit, and %q has none", number))
		case name == "M" || isMonth(name):
			return 0, refuseMonth(s[:len(s)-len(rest)], number, name, next)
		}
		unit := unitOf(name)
		switch {
		case unit == 0:
			return 0, refuse(fmt.Sprintf("%q is not a unit: there are s, m, h, d, w and y", name))
		case unit >= above:
			return 0, refuse("units go from the largest to the smallest, each at most once")
		}
		d, no := multiply(number, unit)
		if no != nil {
			return 0, no
		}
		if total > math.MaxInt64-d {
			return 0, refuse(tooLong)
		}
		total, above = total+d, unit
		if rest = strings.TrimLeft(next, " "); rest == "" {
			return total, nil
		}
	}
}

// cutTerm cuts "1 hour 30m" into "1", "hour" and " 30m".
func cutTerm(s string) (number, name, next string) {
	after := strings.TrimLeft(s, digits+".")
	number, after = s[:len(s)-len(after)], strings.TrimLeft(after, " ")
	if i := strings.IndexAny(after, " "+digits); i >= 0 {
		return number, after[:i], after[i:]
	}
	return number, after, ""
}

// unitOf gives the length of a unit, 0 if there is none of that name.
func unitOf(name string) time.Duration {
	switch strings.ToLower(name) {
	case "s", "sec", "secs", "second", "seconds":
		return time.Second
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return day
	case "w", "week", "weeks":
		return week
	case "y", "year", "years":
		return year
	}
	return 0
}

func isMonth(name string) bool {
	switch strings.ToLower(name) {
	case "mo", "mos", "month", "months":
		return true
	}
	return false
}

// refuseMonth suggests days. Where these cannot stand, as in "1h30M", a lone M
// can only have meant minutes.
func refuseMonth(before, number, name, after string) *refusal {
	no := refuse("months have no fixed length")
	if n := product(number, daysPerMonth); n.IsInt() {
		no.try = append(no.try, before+n.Num().String()+"d"+after)
	}
	if name == "M" {
		no.reason = `"M" may mean months or minutes`
		no.try = append(no.try, before+number+"m"+after)
	}
	return no
}

func multiply(number string, unit time.Duration) (time.Duration, *refusal) {
	switch n := product(number, int64(unit)); {
	case !n.IsInt():
		return 0, refuse("it is finer than a nanosecond")
	case !n.Num().IsInt64():
		return 0, refuse(tooLong)
	default:
		return time.Duration(n.Num().Int64()), nil
	}
}

// product is exact, which a float64 could not promise.
func product(number string, by int64) *big.Rat {
	n, _ := new(big.Rat).SetString(number) // reads all that isNumber accepts
	return n.Mul(n, big.NewRat(by, 1))
}

// isNumber reports whether s is a decimal number without a sign: "15", "1.5".
func isNumber(s string) bool {
	whole, fraction, dot := strings.Cut(s, ".")
	return isDigits(whole) && (!dot || isDigits(fraction))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, digits) == "" }
