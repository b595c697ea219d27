"""Under whose name, logo and colour customers meet us, and the letters' texts of each brand."""
