package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// walkOf is the log of a target that redirects along these locations, and at their end
// answers with a status.
func walkOf(method string, statuses []int, locations ...string) *wire.Log {
	redirect := func(i int) wire.Response {
		r := wire.Response{Status: statuses[i]}
		if i < len(locations) {
			r.Header = []wire.Field{{Name: "Location", Value: locations[i]}}
		}
		return r
	}
	log := logOf(nil)
	log.Method = method
	for i := range log.Exchanges {
		log.Exchanges[i].Skipped, log.Exchanges[i].Hops = "", []wire.Hop{{URL: log.Target, Method: method, Response: redirect(0)}}
	}
	log.Redirects = &wire.Exchange{Experiment: "redirects", Carries: wire.Dummy}
	for i := range statuses {
		log.Redirects.Hops = append(log.Redirects.Hops, wire.Hop{URL: log.Target, Method: method, Response: redirect(i)})
	}
	return log
}

// keeps are the clients that keep the header on the last step.
func keeps(d Diagnosis) string {
	var names []string
	for _, c := range d.Redirects[len(d.Redirects)-1].Clients {
		if c.Keeps == "yes" {
			names = append(names, c.Client)
		}
	}
	return strings.Join(names, " ")
}

// TestWalked: where the way leads is the URL to ask next. The target is
// https://api.example.com/me.
func TestWalked(t *testing.T) {
	b := base(t)
	for _, test := range []struct {
		name, method string
		statuses     []int
		locations    []string
		end          string
		final        string
		changes      []string // of each step
		keeps        string   // to the end
		reason       Reason
	}{
		{"a slash", "GET", []int{301, 401}, []string{"/me/"}, "", "https://api.example.com/me/", []string{"path"}, "browsers curl go node-fetch requests wget", "redirect"},
		{
			"apex and back", "GET", []int{301, 302, 401}, []string{"https://example.com/me", "//api.example.com/you"}, "",
			"https://api.example.com/you", []string{"host", "host path"}, "curl wget", "redirect",
		},
		{"another port", "GET", []int{307, 200}, []string{"https://api.example.com:8443/me"}, "", "https://api.example.com:8443/me", []string{"port"}, "go wget", "redirect"},
		{"plain http", "GET", []int{302, 200}, []string{"http://api.example.com/me"}, "", "http://api.example.com/me", []string{"scheme"}, "go wget", "redirect"},
		{"userinfo", "GET", []int{302, 401}, []string{"https://u:p@api.example.com/x#y"}, "", "https://api.example.com/x", []string{"path"}, "browsers curl go node-fetch requests wget", "redirect"},
		{"no answer", "GET", []int{301, 0}, []string{"https://www.api.example.com/me"}, "fault", "https://www.api.example.com/me", []string{"host"}, "go wget", "redirect"},
		{"a login behind", "GET", []int{301, 302}, []string{"/app", "/login?next=/app"}, "login", "https://api.example.com/app", []string{"path", "path query"}, "browsers curl go node-fetch requests wget", "redirect"},
		{"a circle", "GET", []int{301, 302}, []string{"/me/", "/me"}, "loop", "", []string{"path", "path"}, "browsers curl go node-fetch requests wget", "redirect-loop"},
		{"no http", "GET", []int{302}, []string{"javascript:alert(1)"}, "no-http", "", []string{""}, "", "redirect"},
		{"unclear", "GET", []int{302}, []string{`https:/\evil.test`}, "unclear-location", "", []string{""}, "", "redirect"},
		{"inside", "GET", []int{302}, []string{"http://127.0.0.1:8000/me/"}, "inside", "", []string{"scheme host port path"}, "wget", "redirect"},
		{"a form", "POST", []int{302, 401}, []string{"/you"}, "", "https://api.example.com/you", []string{"path method"}, "browsers curl go node-fetch requests wget", "redirect"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := walkOf(test.method, test.statuses, test.locations...)
			if test.end == "fault" {
				log.Redirects.Fault = "connection refused"
			} else {
				log.Redirects.Skipped = test.end
			}
			d := Explain(log, b)
			if d.FinalURL != test.final || d.Reason != test.reason || d.Verdict != Undetermined || d.Followed {
				t.Errorf("%s, %s: at the end is %q, want %q", d.Verdict, d.Reason, d.FinalURL, test.final)
			}
			var changed []string
			for _, r := range d.Redirects {
				changed = append(changed, strings.Join(r.Changes, " "))
			}
			if diff := cmp.Diff(test.changes, changed); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if got := keeps(d); got != test.keeps {
				t.Errorf("kept by %q, want %q", got, test.keeps)
			}
			named := ""
			for _, n := range d.Next {
				if n.ID == "probe-final-url" {
					named = n.Params["url"]
				}
			}
			if named != test.final {
				t.Errorf("the next step names %q, want %q", named, test.final)
			}
			for _, end := range []string{"inside", "loop"} { // of which each has a cause of its own
				if alone := len(d.Suspects) == 1 && d.Suspects[0].ID == "redirect-"+end; alone != (test.end == end) {
					t.Errorf("the suspects are %+v", d.Suspects)
				}
			}
			saved, err := log.Save()
			if err != nil {
				t.Fatal(err)
			}
			again, err := wire.Load(saved)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d, Explain(again, b)); diff != "" {
				t.Errorf("the saved log gives another diagnosis:\n%s", diff)
			}
		})
	}
}

// TestNotWalked: a log from before redirects were walked has the first one.
func TestNotWalked(t *testing.T) {
	log := walkOf("GET", []int{301}, "https://www.api.example.com/me")
	log.Redirects = nil
	d := Explain(log, base(t))
	if len(d.Redirects) != 1 || d.FinalURL != "https://www.api.example.com/me" || keeps(d) != "go wget" {
		t.Errorf("%+v", d.Walked)
	}
	if d := Explain(logOf(all(opaque401, nil)), base(t)); d.Redirects == nil || len(d.Redirects) > 0 || d.FinalURL != "" {
		t.Errorf("without a redirect: %+v", d.Walked)
	}
}

// TestFollowed: the verdict is about the end of the way, which stays told.
func TestFollowed(t *testing.T) {
	walk := walkOf("GET", []int{301, 401}, "/v2/me").Redirects
	log := logOf(all(opaque401, map[string]ans{realToken: fjeGood}))
	log.Target, log.Redirects = "https://api.example.com/v2/me", walk
	d := Explain(log, base(t))
	if d.Verdict != Accepted || !d.Followed || d.FinalURL != log.Target || len(d.Redirects) != 1 {
		t.Errorf("%s, %+v", d.Verdict, d.Walked)
	}
	// It may lead on, without a header.
	log = walkOf("GET", []int{302}, "/elsewhere")
	log.Target, log.Redirects = "https://api.example.com/v2/me", walk
	if d := Explain(log, base(t)); len(d.Next) != 1 || d.Next[0].Params["url"] != "https://api.example.com/elsewhere" {
		t.Errorf("%s, %+v", d.Verdict, d.Next)
	}
}

// TestHostileLocations: what a server writes there breaks nothing.
func TestHostileLocations(t *testing.T) {
	b := base(t)
	for _, location := range []string{"", "%", "//", "http://", "http://[", ":", "\x00", strings.Repeat("/a", 1<<15), "http://\u202e.example/", "?", "#"} {
		for _, end := range []string{"", "loop", "nonsense"} {
			log := walkOf("GET", []int{301, 302}, "/x", location)
			log.Redirects.Skipped = end
			judged := []Diagnosis{Explain(log, b)}
			log.Redirects.Hops[0].URL = location
			judged = append(judged, Explain(log, b))
			log.Redirects.Hops = nil
			for _, d := range append(judged, Explain(log, b)) {
				if d.Verdict != Undetermined || d.Redirects == nil || d.FinalURL != "" && !strings.HasPrefix(d.FinalURL, "https://api.example.com/") && !strings.HasPrefix(d.FinalURL, "http://%E2%80%AE.example/") {
					t.Errorf("%.40q: %s, %q", location, d.Verdict, d.FinalURL)
				}
			}
		}
	}
}
