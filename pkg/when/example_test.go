package when_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/when"
)

func ExampleParse() {
	iat := time.Date(2026, 11, 22, 8, 58, 12, 0, time.UTC)
	for _, text := range []string{"2026-12-01", "1796112000", "1h30m", "3 hours ago", "none", "3600", "2 months"} {
		t, err := when.Parse(text)
		if refusal, ok := errors.AsType[*when.Error](err); ok {
			fmt.Printf("%v; write %s\n", err, refusal.Instead)
			continue
		}
		if at, ok := t.Resolve(iat, time.Now()); ok {
			fmt.Println(when.Format(at))
		} else {
			fmt.Println("never")
		}
	}
	// Output:
	// 2026-12-01 00:00:00 UTC
	// 2026-12-01 08:00:00 UTC
	// 2026-11-22 10:28:12 UTC
	// 2026-11-22 05:58:12 UTC
	// never
	// cannot read "3600": a number below 1000000000 needs a unit; write 3600s
	// cannot read "2 months": months have no fixed length; write 60d
}

func ExampleRelative() {
	now := time.Date(2026, 11, 22, 8, 58, 12, 0, time.UTC)
	for _, d := range []time.Duration{0, -12 * time.Second, 5 * time.Minute, -26 * time.Hour, 48 * time.Hour} {
		fmt.Println(when.Relative(now.Add(d), now))
	}
	// Output:
	// just now
	// 12 seconds ago
	// in 5 minutes
	// 26 hours ago
	// in 2 days
}
