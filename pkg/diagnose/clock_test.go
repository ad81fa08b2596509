package diagnose

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// dated is a log of which each answer has a Date this far from the start, and the field
// Age if it is given.
func dated(took time.Duration, age string, skews ...time.Duration) *wire.Log {
	log := logOf(all(fjeMissing, map[string]ans{junkToken: fjeBad, realToken: fjeBad}))
	log.Ended = log.Started.Add(took)
	for i := range log.Exchanges {
		if len(log.Exchanges[i].Hops) == 0 {
			continue
		}
		answer := &log.Exchanges[i].Hops[0].Response
		answer.Header = slices.Clone(answer.Header)
		if i < len(skews) {
			answer.Header = append(answer.Header, wire.Field{Name: "Date", Value: log.Started.Add(skews[i]).Format(dateFormat)})
		}
		if age != "" {
			answer.Header = append(answer.Header, wire.Field{Name: "Age", Value: age})
		}
	}
	return log
}

func TestClockSkew(t *testing.T) {
	b := base(t)
	const s, m = time.Second, time.Minute
	for _, test := range []struct {
		name  string
		took  time.Duration
		age   string
		dates []time.Duration
		want  int
	}{
		{"none", 2 * s, "", []time.Duration{0, 1 * s, 2 * s}, 0},
		{"a little", 2 * s, "", []time.Duration{-50 * s, -49 * s, -48 * s}, 0},
		{"behind", 2 * s, "", []time.Duration{-180 * s, -179 * s, -178 * s}, -180},
		{"ahead", 2 * s, "", []time.Duration{180 * s, 181 * s, 182 * s}, 180},
		{"an hour", 0, "", []time.Duration{-60 * m, -60 * m}, -3600},
		{"one answer", 2 * s, "", []time.Duration{-180 * s}, 0},
		{"two servers", 2 * s, "", []time.Duration{-180 * s, 0, -180 * s}, 0},
		{"two servers, both behind", 2 * s, "", []time.Duration{-180 * s, -300 * s, -180 * s}, 0},
		{"a run that took long", 5 * m, "", []time.Duration{60 * s, 120 * s, 299 * s}, 0},
		{"a run that took long, ahead", 5 * m, "", []time.Duration{660 * s, 720 * s, 899 * s}, 600},
		{"from a store", 2 * s, "200", []time.Duration{-180 * s, -179 * s, -178 * s}, 0},
		{"from a store that counts otherwise", 2 * s, "-1", []time.Duration{-180 * s, -179 * s, -178 * s}, 0},
		{"asked of the server behind it", 2 * s, "0", []time.Duration{-180 * s, -179 * s, -178 * s}, -180},
	} {
		log := dated(test.took, test.age, test.dates...)
		d := Explain(log, b)
		if off := d.ClockSkew - test.want; off < -2 || off > 2 || test.want == 0 && off != 0 {
			t.Errorf("%s: %d seconds, want %d", test.name, d.ClockSkew, test.want)
		}
		log.Ended = time.Time{} // as a log of old
		if d := Explain(log, b); d.ClockSkew != 0 {
			t.Errorf("%s: %d seconds, though nobody knows how long it took", test.name, d.ClockSkew)
		}
	}
	log := dated(0, "", -180*s, -180*s)
	log.Exchanges[0].Hops[0].Response.Header[len(fjeMissing.header)].Value = "yesterday"
	if d := Explain(log, b); d.ClockSkew != 0 {
		t.Errorf("one Date is none: %d", d.ClockSkew)
	}
}

// TestClockCauses: a clock is only blamed where the token's own times come out
// otherwise by it.
func TestClockCauses(t *testing.T) {
	b := base(t)
	at := func(d time.Duration) *time.Time { x := started.Add(d); return &x }
	behind, ahead := []time.Duration{-180 * time.Second, -180 * time.Second}, []time.Duration{180 * time.Second, 180 * time.Second}
	for i, test := range []struct {
		dates []time.Duration
		token wire.Token
		want  string
	}{
		{behind, wire.Token{Issued: at(-time.Minute), Expires: at(time.Hour)}, "clock-behind"},
		{behind, wire.Token{Begins: at(-time.Minute)}, "clock-behind"},
		{behind, wire.Token{Issued: at(-time.Hour), Expires: at(time.Hour)}, ""},
		{behind, wire.Token{Issued: at(time.Hour)}, ""}, // it is too early here too
		{ahead, wire.Token{Issued: at(-time.Minute), Expires: at(time.Minute)}, "clock-ahead"},
		{ahead, wire.Token{Issued: at(-time.Minute), Expires: at(time.Hour)}, ""},
		{ahead, wire.Token{Expires: at(-time.Minute)}, ""}, // it is over here too
		{nil, wire.Token{Issued: at(-time.Minute), Expires: at(time.Minute)}, ""},
	} {
		log := dated(time.Second, "", test.dates...)
		log.Token = &test.token
		log.Token.JWT = true
		got := ""
		for _, s := range Explain(log, b).Suspects {
			if s.ID == "clock-behind" || s.ID == "clock-ahead" {
				got = s.ID
			}
		}
		if got != test.want {
			t.Errorf("%d: %q, want %q", i, got, test.want)
		}
	}
}

func TestTakenOff(t *testing.T) {
	b := base(t)
	for removed, want := range map[string]string{
		"surrounding quotes": "client-quotes", `"Bearer"`: "client-prefix-twice", `"Authorization:"`: "client-prefix-twice",
		"surrounding white space": "client-newline", "": "",
	} {
		log := logOf(all(opaque401, map[string]ans{realToken: fjeGood}))
		if removed != "" {
			log.Token.Removed = []string{removed}
		}
		d := Explain(log, b)
		got := ""
		if len(d.Suspects) > 0 {
			got = d.Suspects[0].ID
		}
		if got != want || d.Verdict != Accepted {
			t.Errorf("%s: %s, %q; want %q", removed, d.Verdict, got, want)
		}
		log = logOf(all(opaque401, nil)) // nobody has let it in, so nobody knows
		log.Token.Removed = []string{removed}
		if d := Explain(log, b); len(d.Suspects) > 0 {
			t.Errorf("%s: %+v", removed, d.Suspects)
		}
	}
}

func TestSize(t *testing.T) {
	b := base(t)
	log := func(server string, length int, real ans) *wire.Log {
		without := ans{401, "Unauthorized", []string{"Server: " + server}}
		log := logOf(all(without, map[string]ans{realToken: real}))
		log.Token.Length = length
		return log
	}
	good, bad := fjeGood, ans{400, "Bad Request", nil}
	for _, test := range []struct {
		server string
		length int
		real   ans
		want   int
	}{
		{"nginx/1.22.1", 8000, bad, 0},
		{"nginx/1.22.1", 8192 - len("Authorization: Bearer "), bad, 0},
		{"nginx/1.22.1", 8193 - len("Authorization: Bearer "), bad, 8192},
		{"nginx/1.22.1", 9000, good, 0},
		{"Apache/2.4.71 (Debian)", 9000, bad, 8190},
		{"Apache", 9000, bad, 8190},
		{"not-nginx", 9000, bad, 0},
		{"gunicorn", 9000, bad, 8190},
		{"Apache-Coyote/1.1", 9000, bad, 8192},
		{"awselb/2.0", 9000, bad, 0},
		{"awselb/2.0", 17000, bad, 16384},
		{"Kestrel", 17000, bad, 0},
		{"", 17000, bad, 0},
	} {
		d := Explain(log(test.server, test.length, test.real), b)
		got := 0
		if d.Limit != nil {
			got = d.Limit.Bytes
			if want := test.length + len("Authorization: Bearer "); d.Limit.Length != want {
				t.Errorf("%s: a line of %d bytes, want %d", test.server, d.Limit.Length, want)
			}
		}
		if got != test.want {
			t.Errorf("%s, %d bytes: limit %d, want %d", test.server, test.length, got, test.want)
		}
		if plain := Explain(log("", test.length, test.real), b); d.Verdict != plain.Verdict {
			t.Errorf("%s: what the server calls itself made the verdict %s", test.server, d.Verdict)
		}
	}
	for _, test := range []struct {
		length int
		real   *ans
		want   bool
	}{
		{6000, nil, true}, {6000, &ans{502, "Bad Gateway", nil}, true}, {6000, &ans{500, "", nil}, true},
		{1000, nil, false}, {1000, &ans{502, "Bad Gateway", nil}, false}, {6000, &ans{403, "no", nil}, false},
	} {
		l := log("nginx", test.length, bad)
		i := slices.IndexFunc(l.Exchanges, func(e wire.Exchange) bool { return e.Experiment == realToken })
		if test.real == nil {
			l.Exchanges[i].Hops, l.Exchanges[i].Fault = nil, "the connection was closed without an answer"
		} else {
			l.Exchanges[i].Hops[0].Response = test.real.response()
		}
		d := Explain(l, b)
		if got := slices.ContainsFunc(d.Suspects, func(s Suspect) bool { return s.ID == "uwsgi-buffer-size" }); got != test.want {
			t.Errorf("%d bytes, %v: %v (%s)", test.length, test.real, got, strconv.Quote(string(d.Reason)))
		}
	}
}
