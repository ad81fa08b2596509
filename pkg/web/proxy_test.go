package web

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A proxy is a small HTTP proxy. It leads every host to one address.
type proxy struct {
	*httptest.Server
	to string

	mu    sync.Mutex
	asked []string // request lines and credentials
}

func newProxy(t *testing.T, to string, start func(*httptest.Server)) *proxy {
	p := &proxy{to: to}
	p.Server = httptest.NewUnstartedServer(p)
	start(p.Server)
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	credentials := ""
	if basic, ok := strings.CutPrefix(r.Header.Get("Proxy-Authorization"), "Basic "); ok {
		text, _ := base64.StdEncoding.DecodeString(basic)
		credentials = " " + string(text)
	}
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.RequestURI+credentials)
	p.mu.Unlock()
	onward, err := net.Dial("tcp", p.to)
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	defer onward.Close()
	inward, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer inward.Close()
	if r.Method == http.MethodConnect {
		_, _ = io.WriteString(inward, "HTTP/1.1 200 OK\r\n\r\n")
	} else {
		r.RequestURI = ""
		_ = r.Write(onward)
	}
	pipe(inward, onward)
}

// pipe copies both ways until one side ends.
func pipe(a, b net.Conn) {
	done := make(chan struct{}, 2)
	for _, ends := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() { _, _ = io.Copy(ends[0], ends[1]); done <- struct{}{} }()
	}
	<-done
}

func (p *proxy) mustHaveBeenAsked(t *testing.T, lines ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.asked, lines) {
		t.Errorf("the proxy was asked %q, want %q", p.asked, lines)
	}
	p.asked = nil
}

func (p *proxy) address() string { return p.Listener.Addr().String() }

func mustName(t *testing.T, c *Client, address, want string) {
	t.Helper()
	got, err := c.ProxyFor(address)
	if err != nil || got != want {
		t.Errorf("ProxyFor(%s): %q, %v; want %q", address, got, err, want)
	}
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

func TestProxy(t *testing.T) {
	target, client := serveTLS(t, say("keys"))
	through := newProxy(t, target.Listener.Addr().String(), (*httptest.Server).Start)
	const address = "https://example.com/keys"

	for _, text := range []string{through.URL, through.address()} {
		client.Proxy = text
		mustName(t, client, address, through.URL)
		mustGet(t, client, address, "keys")
		through.mustHaveBeenAsked(t, "CONNECT example.com:443")
	}
	client.Proxy = strings.Replace(through.URL, "://", "://me:p%40ss@", 1)
	mustName(t, client, address, strings.Replace(through.URL, "://", "://…@", 1))
	mustGet(t, client, address, "keys")
	through.mustHaveBeenAsked(t, "CONNECT example.com:443 me:p@ss")

	// What is given holds for this machine too, unlike what the environment says, and
	// the proxy cannot stand in for the server.
	client.Proxy = through.URL
	mustGet(t, client, target.URL, "keys")
	through.mustHaveBeenAsked(t, "CONNECT "+target.Listener.Addr().String())
	e := mustFail(t, client, "https://id.example.org/keys?x", TLS, "https://id.example.org/keys?… through the proxy "+through.URL+": ", "not id.example.org")
	if e.Proxy != through.URL {
		t.Errorf("proxy %q", e.Proxy)
	}
	through.mustHaveBeenAsked(t, "CONNECT id.example.org:443")

	// Its own name is looked up here, the target's there.
	_, port, _ := net.SplitHostPort(through.address())
	client.Proxy = "http://proxy.example.net:" + port
	client.Resolve = map[string]string{"proxy.example.net:" + port: "127.0.0.1", "example.com:443": closedPort}
	mustGet(t, client, address, "keys")
	through.mustHaveBeenAsked(t, "CONNECT example.com:443")
}

func TestProxyOfPlainHTTP(t *testing.T) {
	target := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) })
	through := newProxy(t, target.Listener.Addr().String(), (*httptest.Server).Start)
	mustGet(t, &Client{Proxy: through.URL}, "http://localhost/keys", "localhost")
	through.mustHaveBeenAsked(t, "GET http://localhost/keys")
}

func TestProxyOverTLS(t *testing.T) {
	target, client := serveTLS(t, say("keys"))
	through := newProxy(t, target.Listener.Addr().String(), (*httptest.Server).StartTLS)
	client.Proxy = through.URL
	client.Roots.AddCert(through.Certificate())
	mustGet(t, client, "https://example.com", "keys")
	through.mustHaveBeenAsked(t, "CONNECT example.com:443")
}

func TestProxySOCKS(t *testing.T) {
	target, client := serveTLS(t, say("keys"))
	names := make(chan string, 1)
	address, _ := accept(t, func(conn net.Conn) { // RFC 1928
		in := bufio.NewReader(conn)
		skip := func(n int) []byte { b := make([]byte, n); _, _ = io.ReadFull(in, b); return b }
		skip(int(skip(2)[1]))
		_, _ = conn.Write([]byte{5, 0})
		name := skip(int(skip(5)[4]))
		skip(2)
		names <- string(name)
		if string(name) != "example.com" {
			_, _ = conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
			return
		}
		onward, err := net.Dial("tcp", target.Listener.Addr().String())
		if err != nil {
			return
		}
		defer onward.Close()
		_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		pipe(conn, onward)
	})
	client.Proxy = "socks5://" + address
	mustGet(t, client, "https://example.com", "keys")
	if name := <-names; name != "example.com" { // looked up there, not here
		t.Errorf("asked for %q", name)
	}
	mustFail(t, client, "https://id.example.org", Proxy, "through the proxy socks5://"+address+": is not let through", "host unreachable")
}

func TestProxyOfTheEnvironment(t *testing.T) {
	target, client := serveTLS(t, say("keys"))
	through := newProxy(t, target.Listener.Addr().String(), (*httptest.Server).Start)
	_, port, _ := net.SplitHostPort(target.Listener.Addr().String())
	const address = "https://example.com/keys"

	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		client.Getenv = environment(name + "=" + through.address())
		mustName(t, client, address, through.URL)
		mustGet(t, client, address, "keys")
		through.mustHaveBeenAsked(t, "CONNECT example.com:443")
	}
	// This machine needs no proxy, nor does an address that is known.
	mustGet(t, client, target.URL, "keys")
	client.Resolve = map[string]string{"example.com:443": target.Listener.Addr().String()}
	mustGet(t, client, address, "keys")
	mustName(t, client, address, "")
	client.Resolve = map[string]string{"example.com:" + port: "127.0.0.1"}
	for _, list := range []string{"NO_PROXY=example.com", "no_proxy=*"} {
		client.Getenv = environment("HTTPS_PROXY="+through.URL, list)
		mustName(t, client, address, "")
		mustGet(t, client, "https://example.com:"+port, "keys")
	}
	through.mustHaveBeenAsked(t)

	client.Resolve = nil
	client.Getenv = environment("HTTPS_PROXY=http://nowhere.invalid", "HTTP_PROXY=http://nowhere.invalid")
	client.Proxy = through.URL // comes first
	mustGet(t, client, address, "keys")
	client.Proxy = ""
	mustGet(t, client, serve(t, say("plain")).URL, "plain")
}

// The process has an environment that the caller did not give.
func TestNoEnvironmentBehindTheCallersBack(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, "http://"+closedPort)
	}
	server, client := serveTLS(t, say("keys"))
	client.Resolve = map[string]string{"example.com:443": server.Listener.Addr().String()}
	mustGet(t, client, "https://example.com", "keys")
	mustName(t, &Client{}, "https://example.org", "")
	mustFail(t, &Client{}, "https://nowhere.invalid", DNS)
}

func TestProxyFaults(t *testing.T) {
	const address = "https://id.example.com/keys"
	answer := func(status int, text string) string {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, text, status) }).URL
	}
	mustFail(t, &Client{Proxy: answer(407, "")}, address, Proxy, ": is not let through: the proxy answered 407 Proxy Authentication Required")
	mustFail(t, &Client{Proxy: answer(502, "")}, address, Proxy, "the proxy answered 502 Bad Gateway")
	mustFail(t, &Client{Proxy: answer(599, "")}, address, Proxy, "the proxy answered 599")
	mustFail(t, &Client{Proxy: closedPort}, address, Proxy, ": cannot be reached: its proxy does not answer: dial tcp 127.0.0.1:", "refused")
	mustFail(t, &Client{Proxy: "http://nowhere.invalid:3128"}, address, Proxy, "through the proxy http://nowhere.invalid:3128: cannot be reached: its proxy has a host name that cannot be found")
	mustFail(t, &Client{Proxy: "https" + strings.TrimPrefix(answer(200, ""), "http")}, address, Proxy, "its proxy does not speak TLS")
	secure, _ := serveTLS(t, say(""))
	mustFail(t, &Client{Proxy: secure.URL}, address, Proxy, "its proxy has no TLS connection to trust")
	quits, _ := accept(t, nil)
	mustFail(t, &Client{Proxy: quits}, address, NoAnswer)

	for _, text := range []string{"ftp://p.example", "http://", "://p", "http://p.example:x", "a b", ":3128", "http://:3128", "%zz"} {
		c := &Client{Proxy: text}
		mustFail(t, c, address, BadURL, address+": is to be asked through the proxy that is given, which is no http, https or socks5 URL")
		_, err := c.ProxyFor(address)
		checkError(t, err, BadURL)
		mustFail(t, &Client{Getenv: environment("HTTPS_PROXY=" + text)}, address, BadURL, "through HTTPS_PROXY, which is no")
	}
	mustFail(t, &Client{Getenv: environment("https_proxy=ftp://p")}, address, BadURL, "through https_proxy, which")
	_, err := (&Client{}).ProxyFor("http://id.example.com")
	checkError(t, err, Insecure)
}

func TestExempt(t *testing.T) {
	for _, test := range []struct {
		list, yes, no string // hosts for https, space-separated
	}{
		{"", "", "example.com 10.0.0.1"},
		{" , ,", "", "example.com"},
		{"*", "example.com 10.0.0.1 [2001:db8::1]:99", ""},
		{"a.example, *", "example.com", ""},
		{"example.com", "example.com EXAMPLE.com example.com:8443 a.example.com a.b.example.com", "notexample.com example.com.evil com"},
		{"Example.COM", "example.com", ""},
		{".example.com", "a.example.com", "example.com notexample.com"},
		{"*.example.com", "a.example.com", "example.com notexample.com"},
		{"example.com:8443", "example.com:8443 a.example.com:8443", "example.com"},
		{"example.com:443", "example.com", "example.com:8443"},
		{":443", "", "example.com 10.0.0.1"},
		{".", "", "example.com 10.0.0.1"},
		{"a.example,b.example c.example", "a.example b.example c.example", "d.example"},
		{"10.0.0.1", "10.0.0.1 10.0.0.1:8443 [::ffff:10.0.0.1]", "10.0.0.2 110.0.0.1 example.com"},
		{"10.0.0.1:8443", "10.0.0.1:8443", "10.0.0.1"},
		{"0.0.1", "", "10.0.0.1"},
		{"10.0.0.0/8", "10.1.2.3 10.1.2.3:8443", "11.0.0.1 [2001:db8::1] example.com"},
		{"2001:db8::/32", "[2001:db8::1]", "[2001:db9::1] 32.1.13.184"},
		{"2001:db8::1,[2001:db8::2],[2001:db8::3]:8443", "[2001:DB8::1] [2001:db8:0::1] [2001:db8::2]:99 [2001:db8::3]:8443", "[2001:db8::3] [2001:db8::4]"},
		{"10.0.0.0/99,example.com/8", "", "10.0.0.1 example.com"},
	} {
		for hosts, want := range map[string]bool{test.yes: true, test.no: false} {
			for host := range strings.FieldsSeq(hosts) {
				target, err := url.Parse("https://" + host)
				if err != nil {
					t.Fatal(err)
				}
				if got := exempt(test.list, authority(target)); got != want {
					t.Errorf("NO_PROXY=%q has %s: %t, want %t", test.list, host, got, want)
				}
				name, err := (&Client{Getenv: environment("HTTPS_PROXY=p", "NO_PROXY="+test.list)}).ProxyFor("https://" + host)
				if err != nil || (name == "") != want {
					t.Errorf("NO_PROXY=%q, %s: proxy %q, %v", test.list, host, name, err)
				}
			}
		}
	}
	for _, host := range []string{"localhost", "a.localhost", "127.1.2.3", "[::1]"} {
		mustName(t, &Client{Getenv: environment("HTTPS_PROXY=p", "HTTP_PROXY=p")}, "https://"+host, "")
		mustName(t, &Client{Getenv: environment("HTTPS_PROXY=p", "HTTP_PROXY=p")}, "http://"+host, "")
	}
	mustName(t, &Client{Getenv: func(name string) string {
		return fmt.Sprint(map[string]string{"HTTPS_PROXY": "upper", "https_proxy": "lower"}[name])
	}},
		"https://example.com", "http://upper")
}
