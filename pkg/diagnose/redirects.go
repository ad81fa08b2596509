package diagnose

import (
	"net/url"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Redirect is one step from a URL to the next, and what becomes of the header there.
type Redirect struct {
	From    string       `json:"from"`
	To      string       `json:"to"` // as the answer has it where it is no whole URL
	Status  int          `json:"status"`
	Method  string       `json:"method"`  // that clients ask the next URL with
	Changes []string     `json:"changes"` // scheme, host, port, path, query, method
	Clients []ClientDoes `json:"clients"`
}

// ClientDoes is what a client that was given the header for the first URL does with it
// at the next one.
type ClientDoes struct {
	Client  string `json:"client"`
	Name    string `json:"name"`
	Version string `json:"version"` // that is known to do so
	Keeps   string `json:"keeps"`   // yes or no
}

// Walked says where redirects come to.
type Walked struct {
	Redirects []Redirect `json:"redirects"`
	// FinalURL is the one to use instead, "" if nobody can tell.
	FinalURL string `json:"final_url,omitempty"`
	// WalkEnd is why the way was not walked to an answer: a stable word, or what a
	// connection says; "" if it was, or if nobody has walked it.
	WalkEnd     string `json:"walk_end,omitempty"`
	FinalStatus int    `json:"final_status,omitempty"` // to a made-up credential
	// Followed says that the verdict is about the final URL.
	Followed bool `json:"followed,omitempty"`
}

// walked retells the walk, or where there is none the one redirect there was.
func (s *study) walked() {
	s.Walked = Walked{Redirects: []Redirect{}}
	var hops []wire.Hop
	switch {
	case s.log.Redirects != nil:
		hops = s.log.Redirects.Hops
		s.WalkEnd = s.log.Redirects.Skipped
		if s.log.Redirects.Fault != "" {
			s.WalkEnd = s.log.Redirects.Fault
		}
	case s.answers[noHeader] != nil && s.answers[noHeader].Redirects():
		hops = []wire.Hop{{URL: s.log.Target, Method: s.log.Method, Response: *s.answers[noHeader]}}
	}
	if len(hops) == 0 {
		return
	}
	s.Followed = hops[0].URL != s.log.Target
	first, _ := wire.Leads(&url.URL{}, hops[0].URL)
	way := []*url.URL{first}
	for _, hop := range hops {
		if !hop.Response.Redirects() || way[len(way)-1] == nil {
			break
		}
		way = append(way, s.step(way, hop))
	}
	last, answer := way[len(way)-1], hops[len(hops)-1].Response
	switch {
	case s.WalkEnd == "login" && len(way) > 2:
		last = way[len(way)-2] // where the login is asked for
	case s.WalkEnd == "login" || s.WalkEnd == "loop" || s.WalkEnd == "inside":
		last = nil
	case !answer.Redirects():
		s.FinalStatus = answer.Status
	}
	if last != nil {
		s.FinalURL = last.String()
	}
}

// step adds the redirect of a hop, which the last URL of the way has answered with, and
// returns where it leads; nil if that is no URL that can be asked.
func (s *study) step(way []*url.URL, hop wire.Hop) *url.URL {
	from, location := way[len(way)-1], hop.Response.Get("Location")
	step := Redirect{
		From: from.String(), To: location, Status: hop.Response.Status,
		Method: wire.MethodAfter(hop.Response.Status, hop.Method), Changes: []string{}, Clients: []ClientDoes{},
	}
	to, _ := wire.Leads(from, location)
	if to != nil {
		step.To = to.String()
		step.Changes = changes(from, to, hop.Method != step.Method)
		for i := range s.base.Clients {
			c := &s.base.Clients[i]
			keeps := "no"
			if c.Carries(append(slices.Clip(way), to)) {
				keeps = "yes"
			}
			step.Clients = append(step.Clients, ClientDoes{c.ID, c.Name, c.Version, keeps})
		}
	}
	s.Redirects = append(s.Redirects, step)
	return to
}

func changes(from, to *url.URL, method bool) []string {
	list := []string{}
	for _, c := range []struct {
		name    string
		changed bool
	}{
		{"scheme", from.Scheme != to.Scheme},
		{"host", !wire.SameHost(from, to)},
		{"port", wire.Port(from) != wire.Port(to) && (from.Port() != "" || to.Port() != "" || from.Scheme == to.Scheme)},
		{"path", from.EscapedPath() != to.EscapedPath()},
		{"query", from.RawQuery != to.RawQuery},
		{"method", method},
	} {
		if c.changed {
			list = append(list, c.name)
		}
	}
	return list
}

// leadsOn: this URL is no place to judge, and another one may be.
func (s *study) leadsOn() bool {
	final := s.FinalURL
	if s.Followed { // and it leads on without a header
		final = ""
		if to := s.location(); to != nil {
			final = to.String()
		}
	}
	switch {
	case s.WalkEnd == "loop":
		return s.cannotTell("redirect-loop", next("server-log"))
	case final == "":
		return s.cannotTell("redirect")
	}
	return s.cannotTell("redirect", next("probe-final-url", "url", final))
}
