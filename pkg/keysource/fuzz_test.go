package keysource

import (
	"net/http"
	"testing"
	"time"
)

// FuzzEntry: whatever stands in a file of the cache, it is of the URL that is asked
// for, and does not outlive a day.
func FuzzEntry(f *testing.F) {
	const address = "https://id.example.com/jwks.json"
	f.Add([]byte(`{"url":"` + address + `","fetched":"2023-11-14T22:13:20Z","max_age":600}` + "\n{}"))
	f.Add([]byte(`{"url":"` + address + `","fetched":"0000-01-01T00:00:00Z","max_age":9223372036854775807}`))
	f.Add([]byte(`{"url":"` + address + `","url":""}`))
	f.Add([]byte("null\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := parseEntry(file, address)
		if err != nil {
			return
		}
		if e.URL != address {
			t.Errorf("is of %q", e.URL)
		}
		if !e.fresh(e.Fetched) || e.fresh(e.Fetched.Add(maxAge)) {
			t.Errorf("%+v lives too short or too long", e)
		}
	})
}

func FuzzLifetime(f *testing.F) {
	f.Add("public, max-age=600", "10")
	f.Add("no-store", "")
	f.Add("max-age=99999999999999999999", "-1")
	f.Fuzz(func(t *testing.T, control, age string) {
		seconds, ok := lifetime(http.Header{"Cache-Control": {control}, "Age": {age}})
		if got := time.Duration(seconds) * time.Second; ok && (got < minAge || got > maxAge) {
			t.Errorf("%s", got)
		}
	})
}
