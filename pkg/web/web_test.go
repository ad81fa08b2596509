package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Names are looked up in a table, so that no test can reach a real name server.
func TestMain(m *testing.M) {
	net.DefaultResolver = nameServer(map[string]net.IP{
		"elsewhere.localhost.": net.IPv4(192, 0, 2, 1), // RFC 5737: nobody is there
		"here.localhost.":      net.IPv4(127, 0, 0, 1),
	})
	os.Exit(m.Run())
}

// nameServer resolves through DNS messages (RFC 1035 §4) on a pipe.
func nameServer(table map[string]net.IP) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			length := make([]byte, 2)
			if _, err := io.ReadFull(server, length); err != nil {
				return
			}
			query := make([]byte, int(length[0])<<8|int(length[1]))
			if _, err := io.ReadFull(server, query); err != nil {
				return
			}
			const header = 12
			name, end := "", header
			for query[end] != 0 {
				label := int(query[end])
				name += string(query[end+1:end+1+label]) + "."
				end += 1 + label
			}
			question := query[header : end+5]
			isA := query[end+2] == 1

			answer := append([]byte{query[0], query[1], 0x85, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
			switch ip, ok := table[strings.ToLower(name)]; {
			case !ok:
				answer[3] |= 3 // NXDOMAIN
			case isA:
				answer[7] = 1
				answer = append(answer, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
				answer = append(answer, ip.To4()...)
			}
			_, _ = server.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...))
		}()
		return client, nil
	}}
}

// limit is what tests read at most, in bytes.
const limit = 1 << 10

// serve starts a server of plain http that may fail as loudly as it likes.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	return start(t, handler, (*httptest.Server).Start)
}

// serveTLS starts a server of https, and a client that trusts it alone.
func serveTLS(t *testing.T, handler http.HandlerFunc, change ...func(*httptest.Server)) (*httptest.Server, *Client) {
	server := start(t, handler, (*httptest.Server).StartTLS, change...)
	return server, &Client{Roots: trust(server)}
}

func start(t *testing.T, handler http.HandlerFunc, start func(*httptest.Server), change ...func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	for _, change := range change {
		change(server)
	}
	start(server)
	t.Cleanup(server.Close)
	return server
}

func trust(server *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}

// accept listens on this machine and hands every connection to a function, or
// counts it only.
func accept(t *testing.T, handle func(net.Conn)) (address string, count *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	count = new(atomic.Int32)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			go func() {
				defer conn.Close()
				if handle != nil {
					handle(conn)
				}
			}()
		}
	}()
	return listener.Addr().String(), count
}

// readRequest is the text of a request, which none here has more of than one packet.
func readRequest(conn net.Conn) string {
	request := make([]byte, 4<<10)
	n, _ := conn.Read(request)
	return string(request[:n])
}

// closedPort is tcpmux (RFC 1078), which nobody serves. A port that was free a moment ago
// may be taken.
const closedPort = "127.0.0.1:1"

func get(t *testing.T, c *Client, address string) (*Response, error) {
	t.Helper()
	response, err := c.Get(t.Context(), address, limit)
	if (response == nil) == (err == nil) {
		t.Fatalf("both or neither: %v, %v", response, err)
	}
	return response, err
}

// mustGet gets an answer and checks its body.
func mustGet(t *testing.T, c *Client, address, body string) *Response {
	t.Helper()
	response, err := get(t, c, address)
	if err != nil {
		t.Fatal(err)
	}
	if string(response.Body) != body {
		t.Errorf("body %q, want %q", response.Body, body)
	}
	return response
}

// mustFail gets no answer, for a reason and with words for it.
func mustFail(t *testing.T, c *Client, address string, fault Fault, words ...string) *Error {
	t.Helper()
	_, err := get(t, c, address)
	return checkError(t, err, fault, words...)
}

func checkError(t *testing.T, err error, fault Fault, words ...string) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("no *Error: %v", err)
	}
	if e.Fault != fault {
		t.Errorf("fault %s, want %s: %v (%v)", e.Fault, fault, e, e.Err)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("error %q has no %q", e, w)
		}
	}
	return e
}

func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

// hang answers nothing until the client goes away.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestAnyStatusIsAnAnswer(t *testing.T) {
	const page = "<html>no</html>"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, page)
	})
	for _, status := range []int{200, 201, 204, 300, 301, 304, 401, 404, 500, 599} {
		body := page
		if status == 204 || status == 304 { // have none (RFC 9110 §6.4.1)
			body = ""
		}
		response := mustGet(t, &Client{}, fmt.Sprintf("%s/%d", server.URL, status), body)
		if response.Status != status {
			t.Errorf("status %d, want %d", response.Status, status)
		}
		if got := response.Header.Get("Content-Type"); got != "text/html" && status != 304 {
			t.Errorf("%d: content type %q", status, got)
		}
	}
}

func TestRequest(t *testing.T) {
	var got *http.Request
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
	address := strings.Replace(server.URL, "://", "://user:p%40ss@", 1) + "/a?b=c#d"
	response := mustGet(t, &Client{Agent: "agent/1"}, address, "")
	if want := strings.Replace(server.URL, "://", "://…@", 1) + "/a?…"; response.URL != want {
		t.Errorf("URL %s, want %s", response.URL, want)
	}
	user, password, _ := got.BasicAuth()
	if got.Method != "GET" || got.RequestURI != "/a?b=c" || user != "user" || password != "p@ss" {
		t.Errorf("%s %s of %s:%s", got.Method, got.RequestURI, user, password)
	}
	got.Header.Del("Authorization")
	want := http.Header{"User-Agent": {"agent/1"}, "Accept": {"application/json"}, "Connection": {"close"}}
	if fmt.Sprint(got.Header) != fmt.Sprint(want) {
		t.Errorf("header %v, want %v", got.Header, want)
	}

	mustGet(t, &Client{}, server.URL, "")
	if _, ok := got.Header["User-Agent"]; ok {
		t.Error("a client without a name gave one")
	}
}

func TestRedirects(t *testing.T) {
	var asked atomic.Int32 // of the server that must not be
	other := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("header %v", r.Header)
		}
		w.Header().Set("Set-Cookie", "a=b")
		if r.URL.Path == "/end" {
			user, _, _ := r.BasicAuth()
			_, _ = io.WriteString(w, "end of "+user)
			return
		}
		w.Header()["Location"] = []string{r.URL.Query().Get("to")}
		w.WriteHeader(http.StatusFound)
	}
	server := serve(t, handler)
	secure, client := serveTLS(t, handler)
	plain := strings.TrimPrefix(server.URL, "http://")
	ask := func(base, to string) string { // goes there in two steps
		return base + "/?to=" + queryEscape("/?to="+queryEscape(to))
	}

	for _, to := range []string{"/end", "end", "?to=/end", "//" + plain + "/end", server.URL + "/end#x", "HTTP://" + plain + "/end"} {
		if got := mustGet(t, client, ask(server.URL, to), "end of ").URL; got != server.URL+"/end" {
			t.Errorf("%s: ended at %s", to, got)
		}
	}
	mustGet(t, client, ask(secure.URL, secure.URL+"/end"), "end of ")
	asMe := strings.Replace(server.URL, "://", "://me:x@", 1)
	asYou := strings.Replace(server.URL, "://", "://you:x@", 1)
	mustGet(t, client, ask(asMe, "/end"), "end of me")
	mustGet(t, client, ask(asMe, server.URL+"/end"), "end of me")
	mustGet(t, client, ask(asMe, asYou+"/end"), "end of me")
	mustGet(t, client, ask(server.URL, asYou+"/end"), "end of ")

	for _, test := range []struct{ from, to, shown string }{
		{server.URL, other.URL + "/keys?token=secret", other.URL + "/keys?…"},
		{server.URL, strings.Replace(other.URL, "://", "://a:secret@", 1), strings.Replace(other.URL, "://", "://…@", 1)},
		{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "http://localhost:"},
		{server.URL, secure.URL, secure.URL},
		{server.URL, "http://192.0.2.1/", "http://192.0.2.1/"},
		{server.URL, "http://169.254.169.254/latest", "http://169.254.169.254/latest"},
		{server.URL, "https://127.0.0.1", "https://127.0.0.1"},
		{secure.URL, "http" + strings.TrimPrefix(secure.URL, "https"), "http" + strings.TrimPrefix(secure.URL, "https")},
		{secure.URL, other.URL, other.URL},
		{server.URL, "file:///etc/passwd?secret", "the URL"},
		{server.URL, "javascript:secret", "the URL"},
	} {
		e := mustFail(t, client, ask(test.from, test.to), Redirect, "to another origin, "+test.shown, "not followed")
		if strings.Contains(e.Error(), "secret") {
			t.Error(e)
		}
	}
	mustFail(t, client, ask(server.URL, "http://[::1/%zz?secret"), Redirect, "to what is no URL")
	mustFail(t, client, ask(server.URL, "http://a b/"), Redirect, "to what is no URL")
	if n := asked.Load(); n > 0 {
		t.Errorf("another origin got %d requests", n)
	}
}

func queryEscape(text string) string {
	return strings.NewReplacer("%", "%25", "?", "%3F", "&", "%26", "=", "%3D", "#", "%23", " ", "%20", "+", "%2B").Replace(text)
}

func TestRedirectsAreCounted(t *testing.T) {
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		var left int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &left)
		if left == 0 {
			_, _ = io.WriteString(w, "end")
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/%d", left-1), http.StatusTemporaryRedirect)
	})
	mustGet(t, &Client{}, server.URL+"/5", "end")
	asked.Store(0)
	mustFail(t, &Client{}, server.URL+"/6", Redirect, "again and again")
	if n := asked.Load(); n != 6 {
		t.Errorf("asked %d times, want 6", n)
	}
}

func TestLimit(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		if r.URL.Query().Has("chunked") {
			w.(http.Flusher).Flush()
		}
		_, _ = w.Write(make([]byte, n))
	})
	for _, how := range []string{"", "?chunked"} {
		mustGet(t, &Client{}, fmt.Sprintf("%s/%d%s", server.URL, limit, how), strings.Repeat("\x00", limit))
		mustFail(t, &Client{}, fmt.Sprintf("%s/%d%s", server.URL, limit+1, how), TooLong, "answered more than 1 KiB")
	}
	_, err := (&Client{}).Get(t.Context(), server.URL+"/1", 0)
	checkError(t, err, TooLong, "0 KiB")
	_, err = (&Client{}).Get(t.Context(), server.URL+"/9", 7)
	checkError(t, err, TooLong, "7 bytes")
}

// What has no end is neither kept nor read on: the memory that is used and what a
// server gets rid of are bounded by the limit and by the buffers of the connection.
func TestEndless(t *testing.T) {
	const (
		most  = 64 << 20 // of the buffers; a server that is read on writes this in a second
		piece = 32 << 10
	)
	endless := func(written *atomic.Int64, done chan<- struct{}) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			defer func() { done <- struct{}{} }()
			zeros := make([]byte, piece)
			for r.Context().Err() == nil && written.Load() < most {
				n, err := w.Write(zeros)
				written.Add(int64(n))
				if err != nil {
					return
				}
			}
		}
	}
	for _, version := range []string{"HTTP/1.1", "HTTP/2"} {
		t.Run(version, func(t *testing.T) {
			var written atomic.Int64
			done := make(chan struct{}, 1)
			server, client := serveTLS(t, endless(&written, done), func(s *httptest.Server) { s.EnableHTTP2 = true })
			client.HTTP1 = version == "HTTP/1.1"

			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			mustFail(t, client, server.URL, TooLong)
			runtime.ReadMemStats(&after)
			<-done
			if n := written.Load(); n >= most {
				t.Errorf("the server could write %d bytes", n)
			}
			// Both sides of TLS and HTTP/2 are counted.
			if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
				t.Errorf("%d bytes of memory for a limit of %d", used, limit)
			}
		})
	}
}

func TestEndlessHeader(t *testing.T) {
	var written atomic.Int64
	address, _ := accept(t, func(conn net.Conn) {
		readRequest(conn)
		line := []byte("HTTP/1.1 200 OK\r\n")
		for i := 0; written.Load() < 64<<20; i++ {
			n, err := conn.Write(line)
			written.Add(int64(n))
			if err != nil {
				return
			}
			line = fmt.Appendf(nil, "X-%d: %s\r\n", i, strings.Repeat("x", 1<<10))
		}
	})
	mustFail(t, &Client{}, "http://"+address, TooLong, "a header of more than 64 KiB")
	if n := written.Load(); n >= 64<<20 {
		t.Errorf("the server could write %d bytes", n)
	}

	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		var fields int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &fields)
		for i := range fields {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1<<10))
		}
	}, func(s *httptest.Server) { s.EnableHTTP2 = true })
	mustGet(t, client, server.URL+"/32", "")
	mustFail(t, client, server.URL+"/70", TooLong, "a header of more than 64 KiB")
	mustFail(t, client, server.URL+"/4000", NoAnswer) // net/http has no own error for it
	client.HTTP1 = true
	mustGet(t, client, server.URL+"/32", "")
	mustFail(t, client, server.URL+"/70", TooLong, "a header of more than 64 KiB")
	mustFail(t, client, server.URL+"/4000", TooLong, "a header of more than 64 KiB")

	// Interim answers have no end either.
	address, _ = accept(t, func(conn net.Conn) {
		readRequest(conn)
		for {
			if _, err := io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"); err != nil {
				return
			}
		}
	})
	if _, err := get(t, &Client{}, "http://"+address); err == nil {
		t.Error("an answer out of nothing but interim ones")
	}
}

func TestGzipIsNotInflated(t *testing.T) {
	var bomb bytes.Buffer
	writer := gzip.NewWriter(&bomb)
	_, _ = writer.Write(make([]byte, 512<<10))
	_ = writer.Close()
	if bomb.Len() > limit {
		t.Fatalf("packed: %d bytes", bomb.Len())
	}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("asked for %q", got)
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	})
	response := mustGet(t, &Client{}, server.URL, bomb.String())
	if got := response.Header.Get("Content-Encoding"); got != "gzip" {
		t.Errorf("Content-Encoding %q", got)
	}
}

// Every server here hangs until it is left, so that a slow machine changes nothing.
func TestTimeout(t *testing.T) {
	silent, _ := accept(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	header := serve(t, hang)
	body := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil { // one byte at a time
			_, _ = w.Write([]byte(" "))
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	var hops atomic.Int32
	hop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if hops.Add(1) > 1 {
			hang(w, r)
		}
		http.Redirect(w, r, "/", http.StatusFound)
	})
	for name, test := range map[string]struct {
		client  Client
		address string
	}{
		"header":        {Client{}, header.URL},
		"body":          {Client{}, body.URL},
		"redirect":      {Client{}, hop.URL},
		"TLS handshake": {Client{}, "https://" + silent},
		"proxy":         {Client{Proxy: silent}, "https://id.example.com"},
		"HTTPS proxy":   {Client{Proxy: "https://" + silent}, "https://id.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			test.client.Timeout = 50 * time.Millisecond
			_, err := test.client.Get(t.Context(), test.address, 1<<30)
			e := checkError(t, err, TimedOut, "did not answer within 50ms")
			if !errors.Is(e, context.DeadlineExceeded) {
				t.Errorf("cause: %v", e.Err)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	arrived := make(chan struct{}, 1)
	slowHeader := func(w http.ResponseWriter, r *http.Request) { arrived <- struct{}{}; hang(w, r) }
	slowBody := func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(" "))
		w.(http.Flusher).Flush()
		arrived <- struct{}{}
		hang(w, r)
	}
	for _, handler := range []http.HandlerFunc{slowHeader, slowBody} {
		server := serve(t, handler)
		// The cause is the caller's own; net/http returns it in place of context.Canceled.
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { <-arrived; cancel(errors.New("signal")) }()
		_, err := (&Client{}).Get(ctx, server.URL, limit)
		e := checkError(t, err, NoAnswer, "was interrupted")
		if !errors.Is(e, context.Canceled) {
			t.Errorf("cause: %v", e.Err)
		}
	}

	address, count := accept(t, nil)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (&Client{}).Get(cancelled, "http://"+address, limit)
	checkError(t, err, NoAnswer, "was interrupted")
	if count.Load() > 0 {
		t.Error("connected all the same")
	}

	hanging := serve(t, hang)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = (&Client{}).Get(short, hanging.URL, limit)
	checkError(t, err, TimedOut, "did not answer in time") // not "within 10s", which is a lie
}

func TestNoAnswer(t *testing.T) {
	raw := func(text string) string {
		address, _ := accept(t, func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, text)
		})
		return "http://" + address
	}
	mustFail(t, &Client{}, "http://"+closedPort, NoAnswer, "does not answer: dial tcp 127.0.0.1:", "refused")
	mustFail(t, &Client{}, "http://127.0.0.1:99999", NoAnswer, "does not answer: dial tcp", "port")
	mustFail(t, &Client{}, raw(""), NoAnswer, "closed the connection before the answer was complete")
	mustFail(t, &Client{}, raw("HTTP/1.1 200 OK\r\n"), NoAnswer, "closed the connection")
	mustFail(t, &Client{}, raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"), NoAnswer, "closed the connection")
	mustFail(t, &Client{}, raw("SSH-2.0-OpenSSH_9.2\r\n"), NoAnswer, "valid HTTP")
	mustFail(t, &Client{}, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"), NoAnswer, "valid HTTP")
	mustFail(t, &Client{}, raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), NoAnswer, "valid HTTP")

	// Who speaks first is no HTTP server. net/http may have that logged.
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	banner, _ := accept(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
		_, _ = io.Copy(io.Discard, conn)
	})
	mustFail(t, &Client{}, "http://"+banner, NoAnswer, "valid HTTP")

	for _, address := range []string{"https://nowhere.invalid/jwks.json", "https://id.example.com:8443"} {
		mustFail(t, &Client{}, address, DNS, address+": has a host name that cannot be found")
	}
}

func TestTLS(t *testing.T) {
	server, client := serveTLS(t, say("keys"))
	mustGet(t, client, server.URL, "keys")

	// A pool of its own and not the system's: with no proxy, "" and nobody in it.
	unknown := mustFail(t, &Client{Roots: x509.NewCertPool()}, server.URL, TLS, "no TLS connection to trust", "unknown authority")
	if _, ok := errors.AsType[x509.UnknownAuthorityError](unknown); !ok {
		t.Errorf("cause: %v", unknown.Err)
	}
	mustFail(t, &Client{}, server.URL, TLS, "no TLS connection to trust") // the system does not know it either

	wrong := mustFail(t, client, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), TLS, "not localhost")
	if _, ok := errors.AsType[x509.HostnameError](wrong); !ok {
		t.Errorf("cause: %v", wrong.Err)
	}

	old, client := serveTLS(t, say("keys"), func(s *httptest.Server) {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} //nolint:gosec // that is the point
	})
	mustFail(t, client, old.URL, TLS, "no TLS connection to trust", "protocol version")

	plain := serve(t, say("keys"))
	mustFail(t, &Client{}, "https"+strings.TrimPrefix(plain.URL, "http"), TLS, "does not speak TLS: it may be plain http")
	// The other way round there is an answer, of sorts.
	if got := mustGet(t, &Client{}, "http"+strings.TrimPrefix(server.URL, "https"), "Client sent an HTTP request to an HTTPS server.\n"); got.Status != 400 {
		t.Errorf("status %d", got.Status)
	}
}

func TestInsecure(t *testing.T) {
	server, _ := serveTLS(t, say("keys"))
	mustGet(t, &Client{Insecure: true}, server.URL, "keys")
	mustGet(t, &Client{Insecure: true}, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "keys")
	mustFail(t, &Client{Insecure: true}, "http://192.0.2.1/", Insecure) // it is about certificates only
}

func TestHTTP1(t *testing.T) {
	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}, func(s *httptest.Server) { s.EnableHTTP2 = true })
	mustGet(t, client, server.URL, "HTTP/2.0")
	client.HTTP1 = true
	mustGet(t, client, server.URL, "HTTP/1.1")
	mustGet(t, &Client{}, serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }).URL, "HTTP/1.1")
}

func TestNothingIsLeftOpen(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		closed := make(chan struct{}, 1)
		server, client := serveTLS(t, say("keys"), func(s *httptest.Server) {
			s.EnableHTTP2 = http2
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateClosed {
					closed <- struct{}{}
				}
			}
		})
		mustGet(t, client, server.URL, "keys")
		select {
		case <-closed:
		case <-time.After(10 * time.Second):
			t.Errorf("HTTP/2 %t: the connection is still open", http2)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	// TLS 1.2 refuses within the handshake; 1.3 after it, when the connection may be gone.
	ask := func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}
	}
	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(r.TLS.PeerCertificates[0].Raw)
	}, ask)
	mustFail(t, client, server.URL, TLS, "no TLS connection to trust: remote error: tls: ")

	client.Certificates = []tls.Certificate{server.TLS.Certificates[0]}
	mustGet(t, client, server.URL, string(server.Certificate().Raw))

	// Who does not ask sees none.
	open, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, len(r.TLS.PeerCertificates))
	})
	client.Certificates = []tls.Certificate{open.TLS.Certificates[0]}
	mustGet(t, client, open.URL, "0")
}

func TestPlainHTTPStaysHere(t *testing.T) {
	address, count := accept(t, nil)
	_, port, _ := net.SplitHostPort(address)

	// By its name alone, although a connection could be made.
	mapped := &Client{Resolve: map[string]string{"id.example.com:80": address, "192.0.2.1:80": address}}
	mustFail(t, mapped, "http://id.example.com/keys", Insecure, "http://id.example.com/keys: is plain http to another machine")
	mustFail(t, mapped, "http://192.0.2.1/", Insecure)
	mustFail(t, &Client{Proxy: address}, "http://id.example.com/keys", Insecure)
	mustFail(t, &Client{}, "http://0.0.0.0:"+port, Insecure)
	mustFail(t, &Client{}, "http://[::]:"+port, Insecure)
	if n := count.Load(); n > 0 {
		t.Errorf("%d connections", n)
	}

	// By what its name turns out to be.
	mustFail(t, &Client{}, "http://elsewhere.localhost/", Insecure, "another machine, 192.0.2.1:80")
	for _, to := range []string{"192.0.2.1", "192.0.2.1:8080", "0.0.0.0", "10.0.0.1", "169.254.169.254", "::", "fe80::1", "2001:db8::1", "::ffff:192.0.2.1"} {
		c := &Client{Resolve: map[string]string{"localhost:80": to, "127.0.0.1:80": to, "[::1]:80": to}}
		for _, target := range []string{"http://localhost/", "http://127.0.0.1", "http://[::1]"} {
			mustFail(t, c, target, Insecure, "is plain http to another machine, ")
		}
	}
	e := mustFail(t, &Client{Proxy: "http://192.0.2.1:3128"}, "http://localhost/", Insecure, "another machine, 192.0.2.1:3128")
	if e.Proxy != "http://192.0.2.1:3128" {
		t.Errorf("proxy %q", e.Proxy)
	}

	// A name that does lead here is good.
	server := serve(t, say("here"))
	mustGet(t, &Client{}, strings.Replace(server.URL, "127.0.0.1", "here.localhost", 1), "here")
	mustGet(t, &Client{}, strings.Replace(server.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), "here")
}

func TestIPv6(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	server := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "http://"+r.Host+"/end", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.Host)
	}, (*httptest.Server).Start, func(s *httptest.Server) { _ = s.Listener.Close(); s.Listener = listener })
	host := listener.Addr().String()
	mustGet(t, &Client{}, server.URL, host)
	mustGet(t, &Client{Resolve: map[string]string{"localhost:80": host}}, "http://localhost/end", "localhost")
}

func TestResolve(t *testing.T) {
	names := make(chan string, 8)
	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) },
		func(s *httptest.Server) {
			s.TLS = &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				names <- hello.ServerName
				return nil, nil
			}}
		})
	address := server.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	client.Resolve = map[string]string{
		"example.com:443":     address,
		"example.com:" + port: "127.0.0.1",
		"id.example.org:443":  address,
	}
	for target, host := range map[string]string{
		"https://example.com/":        "example.com",
		"https://EXAMPLE.com:443/":    "EXAMPLE.com:443",
		"https://example.com:" + port: "example.com:" + port,
	} {
		mustGet(t, client, target, host)
		if got := <-names; !strings.EqualFold(got, "example.com") {
			t.Errorf("asked for %q in TLS", got)
		}
	}
	// The certificate must still be the host's, and other ports are looked up.
	mustFail(t, client, "https://id.example.org", TLS, "not id.example.org")
	mustFail(t, client, "https://example.com:8443", DNS)
}

func TestErrorsHaveNoSecrets(t *testing.T) {
	const secret = "hunter2"
	echo, _ := accept(t, func(conn net.Conn) { // gives the request line back
		_, _ = io.WriteString(conn, readRequest(conn))
	})
	location := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{"http://[" + r.RequestURI}
		w.WriteHeader(http.StatusFound)
	})
	away := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+secret+"@127.0.0.2"+r.RequestURI+"#"+secret, http.StatusFound)
	})
	loop := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.RequestURI, http.StatusFound) })
	long := serve(t, say(strings.Repeat(secret, limit)))
	hanging := serve(t, hang)
	secure, _ := serveTLS(t, say(""))
	refuse := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, secret, http.StatusProxyAuthRequired) })
	proxy := strings.Replace(refuse.URL, "://", "://me:"+secret+"@", 1)
	dead := "http://me:" + secret + "@" + closedPort

	faults := map[Fault]bool{}
	for _, test := range []struct {
		client Client
		base   string
	}{
		{Client{}, "http://" + echo},
		{Client{}, location.URL}, {Client{}, away.URL}, {Client{}, loop.URL}, {Client{}, long.URL},
		{Client{Timeout: time.Millisecond}, hanging.URL},
		{Client{Roots: x509.NewCertPool()}, secure.URL},
		{Client{}, "https" + strings.TrimPrefix(long.URL, "http")},
		{Client{}, "http://" + closedPort},
		{Client{}, "https://nowhere.invalid"},
		{Client{}, "http://id.example.com"},
		{Client{}, "http://elsewhere.localhost"},
		{Client{}, "ftp://id.example.com"},
		{Client{Proxy: proxy}, "https://id.example.com"},
		{Client{Proxy: dead}, "https://id.example.com"},
		{Client{Proxy: "ftp://me:" + secret + "@127.0.0.1"}, "https://id.example.com"},
		{Client{Proxy: "http://me:" + secret + "@%zz"}, "https://id.example.com"},
	} {
		scheme, rest, _ := strings.Cut(test.base, "://")
		address := scheme + "://me:" + secret + "@" + rest + "/keys?token=" + secret + "#" + secret
		e := mustFail(t, &test.client, address, faultOf(t, &test.client, address))
		faults[e.Fault] = true
		for _, text := range []string{e.Error(), e.URL, e.Proxy, e.Why} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %s", test.base, text)
			}
		}
		if !strings.Contains(e.Error(), rest+"/keys?…") {
			t.Errorf("%s: not named in %q", test.base, e)
		}
	}
	for _, fault := range []Fault{BadURL, Insecure, NoAnswer, TimedOut, DNS, TLS, Proxy, Redirect, TooLong} {
		if !faults[fault] {
			t.Errorf("no case for %s", fault)
		}
	}
	for _, address := range []string{
		"https:me:hunter2@host/", "https:/me:hunter2@host/", "me:hunter2@host", "https://me:hunter2@", "https://me:hunter2@host:port/",
		"https://me:hunter2@host/%zz", "hunter2", "https://?hunter2", "https://:443/?hunter2", "https://me:hun\nter2@host/", "//me:hunter2@host",
	} {
		e := mustFail(t, &Client{}, address, BadURL)
		if strings.Contains(e.Error(), "ter2") {
			t.Errorf("%s: %s", address, e)
		}
	}
}

func faultOf(t *testing.T, c *Client, address string) Fault {
	_, err := get(t, c, address)
	e, _ := errors.AsType[*Error](err)
	if e == nil {
		t.Fatalf("%s: an answer", address)
	}
	return e.Fault
}

func TestOneClientManyRequests(t *testing.T) {
	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) })
	client.Resolve = map[string]string{"example.com:443": server.Listener.Addr().String()}
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			path := fmt.Sprintf("/%d", i)
			response, err := client.Get(t.Context(), "https://example.com"+path, limit)
			if err != nil || string(response.Body) != path {
				t.Errorf("%s: %v", path, err)
			}
		})
	}
	wait.Wait()
}
