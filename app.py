"""The front door: every visit passes through here, then on to a page."""

from components import router

router.main()
