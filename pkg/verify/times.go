package verify

import (
	"fmt"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

// closeCall is how little past a bound makes one think of two clocks that
// disagree, rather than of an old token.
const closeCall = time.Minute

// NearClock is the near miss, by [Check].Near, of a time just outside its bound.
const NearClock = "clock"

// instant reads a NumericDate. A claim that is there and is no date fails here.
func (j *judgement) instant(id string) (at time.Time, found bool) {
	value, found := j.claim(id)
	if !found {
		return time.Time{}, false
	}
	at, err := token.NumericDate(value)
	if err != nil {
		j.fail(Check{ID: id, Code: "claim-type", Got: show(value), Detail: err.Error() + ": " + shown(value), Outcome: ClaimMismatch})
		return time.Time{}, false
	}
	return at, true
}

// ago words an instant: "2026-11-22 08:58:12 UTC, 3 hours ago".
func (j *judgement) ago(at time.Time) string {
	text := when.Format(at) + ", " + when.Relative(at, j.policy.Now)
	if j.policy.Leeway > 0 {
		text += fmt.Sprintf(" (leeway %s)", j.policy.Leeway)
	}
	return text
}

// late fails a time check by the distance to its bound.
func (j *judgement) late(id, code string, at time.Time, by time.Duration, outcome Outcome) {
	want := "no later than "
	if outcome == Expired {
		want = "later than "
	}
	c := Check{
		ID: id, Code: code, Got: when.Format(at), Want: want + when.Format(j.policy.Now),
		Detail: j.ago(at), Outcome: outcome,
	}
	if by <= closeCall {
		c.Near = NearClock
	}
	j.fail(c)
}

// checkIssuedAt: a token from the future was made by a clock that is wrong.
func checkIssuedAt(j *judgement) { j.begun("iat", "issued-in-the-future") }

// checkNotBefore: RFC 7519 §4.1.5.
func checkNotBefore(j *judgement) { j.begun("nbf", "not-yet-valid") }

// begun: an instant that must not be in the future.
func (j *judgement) begun(id, code string) {
	at, found := j.instant(id)
	if !found {
		return
	}
	if by := at.Add(-j.policy.Leeway).Sub(j.policy.Now); by > 0 {
		j.late(id, code, at, by, NotYetValid)
		return
	}
	j.pass(id, when.Format(at), j.ago(at))
}

// checkExpiry: expired on or after the instant (RFC 7519 §4.1.4).
func checkExpiry(j *judgement) {
	_, there := j.claim("exp")
	at, found := j.instant("exp")
	switch {
	case there && !found, !there && j.policy.RawPayload: // failed already; nothing to say
	case !there && j.policy.MaxAge > 0: // it ends by its age
	case !there:
		j.warn("no-exp", ClaimMismatch, "the token never expires: it has no exp")
	case j.policy.IgnoreExp:
		j.unchecked("exp", "ignored on request; the token says %s", j.ago(at))
	default:
		// The leeway is added to the instant: a Duration ends after 292 years, and
		// one taken from the shortest there is would come out as the longest.
		if by := j.policy.Now.Sub(at.Add(j.policy.Leeway)); by >= 0 {
			j.late("exp", "expired", at, by, Expired)
			return
		}
		j.pass("exp", when.Format(at), j.ago(at))
	}
}

// checkAge: the token was issued no longer ago than the policy allows. A token
// without iat may be of any age.
func checkAge(j *judgement) {
	if j.policy.MaxAge == 0 {
		return
	}
	value, found := j.claim("iat")
	issued, err := token.NumericDate(value)
	bound := j.policy.Now.Add(-j.policy.MaxAge).Add(-j.policy.Leeway)
	c := Check{ID: "max-age", Want: "no earlier than " + when.Format(bound.Truncate(time.Second)), Got: when.Format(issued), Outcome: ClaimMismatch}
	switch {
	case !found:
		c.Code, c.Got, c.Detail = "missing", "", "the token does not say how old it is: it has no iat"
		j.fail(c)
	case err != nil: // the check of iat has said so
	case issued.Before(bound):
		c.Code, c.Detail = "too-old", fmt.Sprintf("issued %s; %s is expected", j.ago(issued), c.Want)
		if bound.Sub(issued) <= closeCall {
			c.Near = NearClock
		}
		j.fail(c)
	default:
		j.pass(c.ID, c.Got, "issued "+j.ago(issued))
	}
}

// checkTTL: the token stays valid for as long as it will be needed. One without
// exp always does. There is no leeway: nobody knows that the next one to ask for
// the token grants any.
func checkTTL(j *judgement) {
	if j.policy.MinTTL == 0 {
		return
	}
	value, found := j.claim("exp")
	expires, err := token.NumericDate(value)
	bound := j.policy.Now.Add(j.policy.MinTTL)
	said := when.Format(expires) + ", " + when.Relative(expires, j.policy.Now)
	c := Check{ID: "min-ttl", Want: "no earlier than " + when.Format(bound.Truncate(time.Second)), Got: when.Format(expires), Outcome: Expired}
	switch {
	case !found && j.policy.RawPayload:
		c.Code, c.Got, c.Outcome = "missing", "", ClaimMismatch
		c.Detail = "nobody knows when the token expires: the payload was not read as claims"
		j.fail(c)
	case !found, err != nil: // it never expires, or the check of exp has failed
	case expires.Before(bound):
		c.Code, c.Detail = "min-ttl", fmt.Sprintf("expires %s; %s is expected", said, c.Want)
		j.fail(c)
	default:
		j.pass(c.ID, c.Got, "expires "+said)
	}
}
