package verify_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/verify"
)

const year9999 = "9999-12-31 23:59:59 UTC"

// notNumericDates are values that RFC 7519 §2 does not have, or that no clock shows.
var notNumericDates = []string{
	`null`, `true`, `false`, `""`, `"1700003600"`, `"2026-12-01T00:00:00Z"`, `[]`, `[1700003600]`, `{}`,
	`-1`, `-0.5`, `-1e-9`, `1e19`, `1e30`, `1e308`, `1e400`, `-1e400`, `-9223372036854775808`, `9223372036854775807`, `18446744073709551616`,
	`253402300800`,  // a second into the year 10000
	`1700003600000`, // milliseconds
}

func shown(value string) string {
	if value == `""` {
		return value
	}
	return strings.Trim(value, `"`)
}

func TestE1Exp(t *testing.T) {
	expired := func(got, near string) verify.Check {
		return fail(verify.Expired, "exp", "expired", "later than "+nowText, got, near)
	}
	for _, w := range []row{
		{name: "in an hour", claims: `{"exp":1700003600}`, want: pass("exp", "2023-11-14 23:13:20 UTC")},
		{name: "in a second", claims: `{"exp":1700000001}`, want: pass("exp", "2023-11-14 22:13:21 UTC")},
		{name: "in a fraction of a second", claims: `{"exp":1700000000.5}`, want: pass("exp", "2023-11-14 22:13:20.5 UTC")},
		{name: "with an exponent", claims: `{"exp":1.7000036e9}`, want: pass("exp", "2023-11-14 23:13:20 UTC")},
		{name: "at the end of time", claims: `{"exp":253402300799}`, want: pass("exp", year9999)},
		// "On or after" is expired: RFC 7519 §4.1.4.
		{name: "now", claims: `{"exp":1700000000}`, want: expired(nowText, verify.NearClock)},
		{name: "now, as a fraction", claims: `{"exp":1700000000.0}`, want: expired(nowText, verify.NearClock)},
		{name: "a fraction of a second ago", claims: `{"exp":1699999999.75}`, want: expired("2023-11-14 22:13:19.75 UTC", verify.NearClock)},
		{name: "a minute ago", claims: `{"exp":1699999940}`, want: expired("2023-11-14 22:12:20 UTC", verify.NearClock)},
		{name: "61 seconds ago", claims: `{"exp":1699999939}`, want: expired("2023-11-14 22:12:19 UTC", "")},
		// Zero is the year 1970 and not "never".
		{name: "0", claims: `{"exp":0}`, want: expired("1970-01-01 00:00:00 UTC", "")},
		{name: "-0", claims: `{"exp":-0}`, want: expired("1970-01-01 00:00:00 UTC", "")},
		{name: "0.0", claims: `{"exp":0.0}`, want: expired("1970-01-01 00:00:00 UTC", "")},
		{name: "less than 0.000001", claims: `{"exp":1e-400}`, want: expired("1970-01-01 00:00:00 UTC", "")},
		{name: "0.5", claims: `{"exp":0.5}`, want: expired("1970-01-01 00:00:00.5 UTC", "")},

		{name: "missing", claims: `{}`, want: verify.Check{ID: "exp"}},
		{name: "another name", claims: `{"EXP":1,"Exp":1,"expires":1}`, want: verify.Check{ID: "exp"}},
		{name: "another name beside it", claims: `{"EXP":1,"exp":1700003600}`, want: pass("exp", "2023-11-14 23:13:20 UTC")},
		{name: "deeper", claims: `{"a":{"exp":1},"exp":1700003600}`, want: pass("exp", "2023-11-14 23:13:20 UTC")},

		{name: "ignored", claims: `{"exp":1}`, policy: verify.Policy{IgnoreExp: true}, want: verify.Check{ID: "exp"}},
		{
			name: "ignored, but no date", claims: `{"exp":"1"}`, policy: verify.Policy{IgnoreExp: true},
			want: fail(verify.ClaimMismatch, "exp", "claim-type", "", "1", ""),
		},
	} {
		w.run(t)
	}
	for _, value := range notNumericDates {
		row{
			name: value, claims: `{"exp":` + value + `}`,
			want: fail(verify.ClaimMismatch, "exp", "claim-type", "", shown(value), ""),
		}.run(t)
	}

	// That the token never expires is worth a warning only where it is one.
	k := secret(t, secretText)
	for claims, want := range map[string]int{`{}`: 1, `{"EXP":1}`: 1, `{"exp":"x"}`: 0, plainClaims: 0} {
		if r := judge(t, signed(t, "HS256", k, plainHeader, claims), setOf(k), verify.Policy{}); len(r.Warnings) != want {
			t.Errorf("%s: %+v", claims, r.Warnings)
		}
	}
}

func TestE2NotBefore(t *testing.T) {
	for _, id := range []string{"nbf", "iat"} {
		code := map[string]string{"nbf": "not-yet-valid", "iat": "issued-in-the-future"}[id]
		with := func(value string) string { return `{"` + id + `":` + value + `,"exp":253402300799}` }
		early := func(got, near string) verify.Check {
			return fail(verify.NotYetValid, id, code, "no later than "+nowText, got, near)
		}
		for _, w := range []row{
			{name: id + " an hour ago", claims: with(`1699996400`), want: pass(id, "2023-11-14 21:13:20 UTC")},
			{name: id + " now", claims: with(`1700000000`), want: pass(id, nowText)},
			{name: id + " in 1970", claims: with(`0`), want: pass(id, "1970-01-01 00:00:00 UTC")},
			{name: id + " in a fraction of a second", claims: with(`1700000000.25`), want: early("2023-11-14 22:13:20.25 UTC", verify.NearClock)},
			{name: id + " in a second", claims: with(`1700000001`), want: early("2023-11-14 22:13:21 UTC", verify.NearClock)},
			{name: id + " in a minute", claims: with(`1700000060`), want: early("2023-11-14 22:14:20 UTC", verify.NearClock)},
			{name: id + " in 61 seconds", claims: with(`1700000061`), want: early("2023-11-14 22:14:21 UTC", "")},
			{name: id + " at the end of time", claims: with(`253402300799`), want: early(year9999, "")},
			{name: id + " missing", claims: plainClaims, want: verify.Check{ID: id}},
		} {
			w.run(t)
		}
		for _, value := range notNumericDates {
			row{
				name: id + " " + value, claims: with(value),
				want: fail(verify.ClaimMismatch, id, "claim-type", "", shown(value), ""),
			}.run(t)
		}
	}
	// A token that is expired before it starts is never valid.
	k := secret(t, secretText)
	compact := signed(t, "HS256", k, plainHeader, `{"nbf":1700000100,"exp":1700000050}`)
	for seconds, want := range map[int64]verify.Outcome{
		nowSeconds: verify.NotYetValid, nowSeconds + 50: verify.NotYetValid, nowSeconds + 99: verify.NotYetValid, nowSeconds + 100: verify.Expired,
	} {
		if o := judge(t, compact, setOf(k), verify.Policy{Now: time.Unix(seconds, 0)}).Outcome(); o != want {
			t.Errorf("at %d: %q, want %q", seconds, o, want)
		}
	}
}

func TestE3Leeway(t *testing.T) {
	minute := verify.Policy{Leeway: time.Minute}
	expired := func(got, near string) verify.Check {
		return fail(verify.Expired, "exp", "expired", "later than "+nowText, got, near)
	}
	for _, w := range []row{
		{name: "expired for less than it", claims: `{"exp":1699999941}`, policy: minute, want: pass("exp", "2023-11-14 22:12:21 UTC")},
		{name: "expired for less than it by a little", claims: `{"exp":1699999940.001}`, policy: minute, want: pass("exp", "2023-11-14 22:12:20.001 UTC")},
		{name: "expired for just as long", claims: `{"exp":1699999940}`, policy: minute, want: expired("2023-11-14 22:12:20 UTC", verify.NearClock)},
		{name: "expired for longer", claims: `{"exp":1699999939}`, policy: minute, want: expired("2023-11-14 22:12:19 UTC", verify.NearClock)},
		{name: "expired for longer by far", claims: `{"exp":1699999879}`, policy: minute, want: expired("2023-11-14 22:11:19 UTC", "")},
		{name: "before it starts by just as long", claims: `{"nbf":1700000060,"exp":1700003600}`, policy: minute, want: pass("nbf", "2023-11-14 22:14:20 UTC")},
		{
			name: "before it starts by longer", claims: `{"nbf":1700000061,"exp":1700003600}`, policy: minute,
			want: fail(verify.NotYetValid, "nbf", "not-yet-valid", "no later than "+nowText, "2023-11-14 22:14:21 UTC", verify.NearClock),
		},
		{name: "issued in the future by just as long", claims: `{"iat":1700000060,"exp":1700003600}`, policy: minute, want: pass("iat", "2023-11-14 22:14:20 UTC")},
		{
			name: "issued in the future by longer", claims: `{"iat":1700000061,"exp":1700003600}`, policy: minute,
			want: fail(verify.NotYetValid, "iat", "issued-in-the-future", "no later than "+nowText, "2023-11-14 22:14:21 UTC", verify.NearClock),
		},
		// A time.Duration ends after 292 years. Times beyond them are no other.
		{name: "the end of time", claims: `{"exp":253402300799}`, policy: minute, want: pass("exp", year9999)},
		{name: "the beginning", claims: `{"exp":0}`, policy: minute, want: expired("1970-01-01 00:00:00 UTC", "")},
		{name: "starts at the beginning", claims: `{"nbf":0,"exp":1700003600}`, policy: minute, want: pass("nbf", "1970-01-01 00:00:00 UTC")},
		{
			name: "starts at the end of time", claims: `{"nbf":253402300799}`, policy: minute,
			want: fail(verify.NotYetValid, "nbf", "not-yet-valid", "no later than "+nowText, year9999, ""),
		},
		{
			name: "issued at the end of time, with a leeway of less than nothing", claims: `{"iat":253402300799}`, policy: verify.Policy{Leeway: -time.Minute},
			want: fail(verify.NotYetValid, "iat", "issued-in-the-future", "no later than "+nowText, year9999, ""),
		},
	} {
		w.run(t)
	}
	// The answer says what was allowed.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, plainHeader, `{"exp":1699999941}`), setOf(k), minute)
	if c, _ := find(t, r, "exp"); !strings.Contains(c.Detail, "leeway 1m") {
		t.Errorf("%q does not say how much leeway there was", c.Detail)
	}
	// A policy without a time is of the year 1: nothing has been issued by then.
	parsed := parse(t, signed(t, "HS256", k, plainHeader, `{"iat":0,"nbf":0,"exp":253402300799}`))
	for _, leeway := range []time.Duration{0, time.Minute} {
		if o := verify.Token(parsed, setOf(k), verify.Policy{Leeway: leeway}).Outcome(); o != verify.NotYetValid {
			t.Errorf("with a leeway of %s in the year 1: %q", leeway, o)
		}
	}
}

func TestMaxAge(t *testing.T) {
	with := func(iat string) string { return `{"iat":` + iat + `,"exp":253402300799}` }
	hour := verify.Policy{MaxAge: time.Hour}
	tooOld := func(want, got, near string) verify.Check {
		return mismatch("max-age", "too-old", "no earlier than "+want, got, near)
	}
	const bound = "2023-11-14 21:13:20 UTC"
	for _, w := range []row{
		{name: "just now", claims: with(`1700000000`), policy: hour, want: pass("max-age", nowText)},
		{name: "as old as allowed", claims: with(`1699996400`), policy: hour, want: pass("max-age", bound)},
		{name: "older by a fraction", claims: with(`1699996399.5`), policy: hour, want: tooOld(bound, "2023-11-14 21:13:19.5 UTC", verify.NearClock)},
		{name: "older by a minute and a second", claims: with(`1699996339`), policy: hour, want: tooOld(bound, "2023-11-14 21:12:19 UTC", "")},
		{name: "as old as time", claims: with(`0`), policy: hour, want: tooOld(bound, "1970-01-01 00:00:00 UTC", "")},
		{name: "within the leeway", claims: with(`1699996340`), policy: verify.Policy{MaxAge: time.Hour, Leeway: time.Minute}, want: pass("max-age", "2023-11-14 21:12:20 UTC")},
		{
			name: "just outside of it", claims: with(`1699996339`), policy: verify.Policy{MaxAge: time.Hour, Leeway: time.Minute},
			want: tooOld("2023-11-14 21:12:20 UTC", "2023-11-14 21:12:19 UTC", verify.NearClock),
		},
		{name: "no iat", policy: hour, want: mismatch("max-age", "missing", "no earlier than "+bound, "", "")},
		{name: "any age", claims: with(`0`), want: verify.Check{ID: "max-age"}},
		{name: "no date", claims: with(`"1700000000"`), policy: hour, want: mismatch("iat", "claim-type", "", "1700000000", "")},
		{
			name: "the longest there is", claims: with(`0`), policy: verify.Policy{MaxAge: math.MaxInt64, Leeway: math.MaxInt64},
			want: pass("max-age", "1970-01-01 00:00:00 UTC"),
		},
	} {
		w.run(t)
	}
}

func TestMinTTL(t *testing.T) {
	hour := verify.Policy{MinTTL: time.Hour}
	soon := func(got string) verify.Check {
		return fail(verify.Expired, "min-ttl", "min-ttl", "no earlier than 2023-11-14 23:13:20 UTC", got, "")
	}
	for _, w := range []row{
		{name: "as long as needed", claims: `{"exp":1700003600}`, policy: hour, want: pass("min-ttl", "2023-11-14 23:13:20 UTC")},
		{name: "a fraction less", claims: `{"exp":1700003599.5}`, policy: hour, want: soon("2023-11-14 23:13:19.5 UTC")},
		{name: "whatever the leeway", claims: `{"exp":1700003599}`, policy: verify.Policy{MinTTL: time.Hour, Leeway: time.Hour}, want: soon("2023-11-14 23:13:19 UTC")},
		{name: "the end of time", claims: `{"exp":253402300799}`, policy: hour, want: pass("min-ttl", year9999)},
		{name: "for ever", claims: `{}`, policy: hour, want: verify.Check{ID: "min-ttl"}},
		{name: "not asked", claims: `{"exp":1700000001}`, want: verify.Check{ID: "min-ttl"}},
		{name: "no date", claims: `{"exp":"1800000000"}`, policy: hour, want: mismatch("exp", "claim-type", "", "1800000000", "")},
	} {
		w.run(t)
	}
	// Expired already is both.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, plainHeader, `{"exp":1}`), setOf(k), hour)
	if f := failures(r); r.Outcome() != verify.Expired || len(f) != 2 {
		t.Errorf("%q: %+v", r.Outcome(), f)
	}
}
