package diagnose

import (
	"strconv"
	"time"
)

// minSkew is from when on two clocks are said to differ. Verifiers that allow for a
// difference allow for about so much, and no answer takes so long that it would show.
const minSkew = 60 * time.Second

// dateFormat is the one format that a Date field is sent in (RFC 9110 §5.6.7); the two
// of old are not read.
const dateFormat = "Mon, 02 Jan 2006 15:04:05 GMT"

// clock compares the server's clock with the one of the machine that asked. An answer
// was made between the first question and the last answer, so each Date leaves a range
// for the difference; they must have one in common that is far from none. What is said
// is the least that it can be.
//
// What a store keeps has the date of when it was made (RFC 9111 §4.2.3), and counts for
// nothing; so does one answer alone.
func (s *study) clock() {
	ended := s.log.Ended
	if ended.Before(s.log.Started) { // not recorded
		return
	}
	const granularity = time.Second // of Date, and of the log's times
	n := 0
	var low, high time.Duration
	for _, e := range s.log.Exchanges {
		answer := e.Last()
		if answer == nil || fromCache(answer) {
			continue
		}
		if age, err := strconv.Atoi(answer.Get("Age")); err == nil && age != 0 {
			continue
		}
		date, err := time.Parse(dateFormat, answer.Get("Date"))
		if err != nil {
			continue
		}
		from, to := date.Sub(ended)-granularity, date.Sub(s.log.Started)+granularity
		if n++; n == 1 {
			low, high = from, to
		}
		low, high = max(low, from), min(high, to)
	}
	least, most := low+granularity, high-granularity
	switch {
	case n < 2 || low > high: // they do not agree, as those of several servers
	case least >= minSkew:
		s.ClockSkew = int(least / time.Second)
	case most <= -minSkew:
		s.ClockSkew = int(most / time.Second)
	}
}

// earlyThere reports whether the token was good by this machine's clock, and not yet by
// the server's.
func (s *study) earlyThere() bool {
	t := s.log.Token
	if t == nil || s.ClockSkew >= 0 {
		return false
	}
	there := s.there()
	for _, from := range []*time.Time{t.Issued, t.Begins} {
		if from != nil && from.After(there) && !from.After(s.log.Started) {
			return true
		}
	}
	return false
}

// expiredThere is the same for a token that was not over yet.
func (s *study) expiredThere() bool {
	t := s.log.Token
	return t != nil && s.ClockSkew > 0 && t.Expires != nil && t.Expires.After(s.log.Started) && !t.Expires.After(s.there())
}

// Skew is how far the server's clock is ahead, negative if it is behind.
func (d *Diagnosis) Skew() time.Duration { return time.Duration(d.ClockSkew) * time.Second }

// there is what the server's clock said when this machine began to ask.
func (s *study) there() time.Time {
	return s.log.Started.Add(s.Skew())
}
