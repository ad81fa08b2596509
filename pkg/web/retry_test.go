package web

import (
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What passes is asked for once more, whatever the second answer is; what is
// final, or takes longer than anybody waits, is not.
func TestSecondTry(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		after  string // Retry-After
		asked  int32  // of a server that gives the same answer always
	}{
		"bad gateway":     {502, "", 2},
		"unavailable":     {503, "", 2},
		"gateway timeout": {504, "", 2},
		"at once":         {503, "0", 2},
		"in a second":     {503, "1", 2},
		"too late":        {503, "3", 1},
		"overflow":        {503, "99999999999999999999", 1},
		"negative":        {503, "-1", 1},
		"a date":          {503, "Sun, 06 Nov 1994 08:49:37 GMT", 1},
		"broken":          {500, "", 1},
		"not found":       {404, "0", 1},
		"too many":        {429, "0", 1},
		"good":            {200, "0", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				if test.after != "" {
					w.Header().Set("Retry-After", test.after)
				}
				w.WriteHeader(test.status)
			})
			start := time.Now()
			response, err := (&Client{}).Get(t.Context(), server.URL, limit)
			if err != nil || response.Status != test.status {
				t.Fatalf("%v, %v", response, err)
			}
			if n := asked.Load(); n != test.asked {
				t.Errorf("asked %d times, want %d", n, test.asked)
			}
			if test.after == "1" && time.Since(start) < time.Second {
				t.Error("asked again sooner than the server wanted")
			}
		})
	}
}

func TestSecondTryAfterLostConnection(t *testing.T) {
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte("keys"))
	})
	mustGet(t, &Client{}, server.URL, "keys")

	address, count := accept(t, func(conn net.Conn) { _ = conn.Close() })
	mustFail(t, &Client{}, "http://"+address, NoAnswer)
	if n := count.Load(); n != 2 {
		t.Errorf("connected %d times, want 2", n)
	}
	mustFail(t, &Client{}, "https://"+strings.TrimPrefix(server.URL, "http://"), TLS) // final
}

// When a server hangs up at once is a matter of luck: before the request is written, while
// it is, or after. Each is a lost connection.
func TestHungUp(t *testing.T) {
	address, _ := accept(t, nil)
	for range 500 {
		transport := &http.Transport{}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = transport.RoundTrip(request); !dropped(err) { //nolint:bodyclose // there is none
			t.Fatalf("%T: %v", err, err)
		}
	}
}

// Both tries share one timeout: what is left of it is never enough here.
func TestSecondTryIsInTime(t *testing.T) {
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	response, err := (&Client{Timeout: maxPause}).Get(t.Context(), server.URL, limit)
	if err != nil || response.Status != http.StatusServiceUnavailable || asked.Load() != 1 {
		t.Errorf("%v, %v, asked %d times", response, err, asked.Load())
	}
}
