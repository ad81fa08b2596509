package probe

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// maxBody is how much of an answer is kept, in bytes. What an application says
// of a token stands at the beginning.
const maxBody = 64 << 10

// GivenMark stands in a record for a value the user gave: it may be secret.
const GivenMark = "<given>"

// A session is the run of all experiments against one target.
type session struct {
	client    *Client
	target    Target
	marks     *marks
	locations map[string]string // by experiment: where it leads, as it was sent
}

// do makes one request and records it.
func (s *session) do(ctx context.Context, r *Request, exchange *wire.Exchange) {
	timeout := s.client.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	hop := wire.Hop{URL: shown(r.URL), Method: r.Method}
	wrote := head{session: s}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:          func(httptrace.GotConnInfo) { wrote.reset() },
		WroteHeaderField: wrote.add,
	})
	body := s.target.Body
	if r.Alone || r.Method == http.MethodHead {
		body = nil
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL.String(), bytes.NewReader(body))
	if err != nil {
		exchange.Fault = "the request cannot be made"
		return
	}
	s.prepare(request, r)

	transport := s.client.Transport
	if r.HTTP1 {
		transport = s.client.HTTP1
	}
	if transport == nil {
		transport = http.DefaultTransport
	}
	// One round trip and no client: a client follows redirects, and adds what its
	// owner did not ask for.
	response, err := transport.RoundTrip(request)
	hop.Wrote = wrote.end()
	if err != nil {
		exchange.Fault = s.marks.redact(fault(err, timeout))
		exchange.Hops = []wire.Hop{hop}
		return
	}
	defer response.Body.Close() //nolint:errcheck // read as far as is kept
	if exchange.Try == 0 {
		s.locations[exchange.Experiment] = response.Header.Get("Location")
	}
	hop.Response, err = s.record(response, r.Method)
	switch {
	case err == nil:
	case response.StatusCode/100 == 2 && response.ContentLength < 0: // a stream of events need not end; its status says what there is to know
		hop.Response.Truncated = true
	default:
		exchange.Fault = s.marks.redact("the answer broke off: " + fault(err, timeout))
	}
	exchange.Hops = []wire.Hop{hop}
}

// A head is what was written of a request's header by the time that its answer was there.
// Who answers early is answered before all is written, which goes on meanwhile.
type head struct {
	session *session
	mu      sync.Mutex
	fields  []wire.Field
	ended   bool
}

// reset forgets all: a request that is tried again on another connection is written anew.
func (h *head) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.fields = nil
	}
}

func (h *head) add(name string, values []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, value := range values {
		if !h.ended {
			h.fields = append(h.fields, h.session.field(name, value))
		}
	}
}

// end is what was written, and no more comes to it.
func (h *head) end() []wire.Field {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	return h.fields
}

// prepare sets what every request has, so that nothing but the credential
// differs. JSON is asked for because several front ends answer a browser with a
// login page, and English because some frameworks translate what they say.
func (s *session) prepare(request *http.Request, r *Request) {
	request.Header.Set("User-Agent", s.client.Agent)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Language", "en")
	request.Header.Set("Cache-Control", "no-cache")
	given := map[string]bool{}
	for _, f := range s.target.Header {
		switch {
		case strings.EqualFold(f.Name, "Host"):
			request.Host = f.Value
		case !r.Alone && !given[http.CanonicalHeaderKey(f.Name)]: // it stands for ours, if there is one
			request.Header.Set(f.Name, f.Value)
			given[http.CanonicalHeaderKey(f.Name)] = true
		case !r.Alone:
			request.Header.Add(f.Name, f.Value)
		}
	}
	for _, f := range r.Fields {
		if before := request.Header.Get(f.Name); f.Name == "Cookie" && before != "" { // there is one (RFC 6265 §5.4)
			request.Header.Set(f.Name, before+"; "+f.Value)
			continue
		}
		request.Header.Add(f.Name, f.Value)
	}
}

// field records a field that was written. What the user gave is not recorded:
// only they know whether it is secret.
func (s *session) field(name, value string) wire.Field {
	for _, given := range s.target.Header {
		if rest, ours := strings.CutPrefix(value, given.Value); ours && strings.EqualFold(given.Name, name) {
			return wire.Field{Name: name, Value: GivenMark + s.marks.redact(rest)}
		}
	}
	return s.marks.field(name, value)
}

func (s *session) record(response *http.Response, method string) (wire.Response, error) {
	r := wire.Response{Status: response.StatusCode, Proto: response.Proto}
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		for _, value := range response.Header[name] {
			r.Header = append(r.Header, s.repeated(s.marks.field(name, value)))
		}
	}
	// Some more than is kept: a credential that the limit cuts in two would no
	// longer be known as one.
	body, err := io.ReadAll(io.LimitReader(response.Body, int64(maxBody+s.marks.longest)))
	// Nor does the answer to HEAD show whether there would be one (RFC 9110 §9.3.2).
	r.Truncated = len(body) > maxBody || method == http.MethodHead && response.ContentLength != 0
	r.Body = s.marks.redact(string(body))
	if len(r.Body) > maxBody {
		r.Body, r.Truncated = strings.ToValidUTF8(r.Body[:maxBody], ""), true
	}
	return r, err
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
